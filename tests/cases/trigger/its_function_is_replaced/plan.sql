CREATE FUNCTION public.handle()
RETURNS trigger
LANGUAGE plpgsql
AS $$BEGIN RETURN NEW; END$$;

CREATE OR REPLACE TRIGGER notes_id BEFORE INSERT OR UPDATE OF id ON public.notes FOR EACH ROW WHEN (new.id > 3) EXECUTE FUNCTION public.handle();

-- breaks_code: calls of `touch`
DROP FUNCTION public.touch();
