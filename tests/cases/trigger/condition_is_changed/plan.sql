CREATE OR REPLACE TRIGGER notes_touch BEFORE INSERT OR UPDATE ON public.notes FOR EACH ROW WHEN ((new.size > 4) AND (new.title IS NOT NULL)) EXECUTE FUNCTION public.touch();
