DROP TRIGGER notes_id ON public.notes;
DROP VIEW public.open_notes;

-- rewrites_table: `notes.id`: integer becomes bigint
ALTER TABLE public.notes ALTER COLUMN id TYPE bigint;

CREATE VIEW public.open_notes AS
SELECT id, title FROM notes;

CREATE TRIGGER notes_id BEFORE INSERT OR UPDATE OF id ON public.notes FOR EACH ROW WHEN (new.id > 3) EXECUTE FUNCTION public.touch();
COMMENT ON TRIGGER notes_id ON public.notes IS 'Comes back';
CREATE TRIGGER open_notes_insert INSTEAD OF INSERT OR UPDATE ON public.open_notes FOR EACH ROW EXECUTE FUNCTION public.touch();
COMMENT ON TRIGGER open_notes_insert ON public.open_notes IS 'Into the table';
