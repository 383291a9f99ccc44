ALTER TABLE public.notes ADD COLUMN text text;

CREATE FUNCTION public.note()
RETURNS void
LANGUAGE sql
AS $$INSERT INTO notes VALUES (1, 'a')$$;

CREATE FUNCTION public.all_notes()
RETURNS TABLE(id integer, text text)
LANGUAGE sql
AS $$SELECT * FROM notes$$;
