CREATE TRIGGER open_notes_insert INSTEAD OF INSERT OR UPDATE ON public.open_notes FOR EACH ROW EXECUTE FUNCTION public.touch();
COMMENT ON TRIGGER open_notes_insert ON public.open_notes IS 'Into the table';
