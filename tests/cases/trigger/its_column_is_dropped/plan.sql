ALTER TABLE public.notes ADD COLUMN number integer;
CREATE OR REPLACE TRIGGER notes_id BEFORE INSERT OR UPDATE OF number ON public.notes FOR EACH ROW WHEN (new.number > 3) EXECUTE FUNCTION public.touch();

-- deletes_data: every value of `notes.id`
-- breaks_code: code that names `notes.id`
ALTER TABLE public.notes DROP COLUMN id;
