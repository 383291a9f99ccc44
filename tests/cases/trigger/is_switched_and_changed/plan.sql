DROP TRIGGER notes_touch ON public.notes;
CREATE TRIGGER notes_touch AFTER INSERT OR UPDATE ON public.notes FOR EACH ROW EXECUTE FUNCTION public.touch();
ALTER TABLE public.notes ENABLE ALWAYS TRIGGER notes_touch;
