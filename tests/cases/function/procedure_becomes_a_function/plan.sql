-- breaks_code: calls of `add_note`
DROP PROCEDURE public.add_note(integer);

CREATE FUNCTION public.add_note(id integer)
RETURNS void
LANGUAGE sql
AS $$INSERT INTO entries VALUES (id)$$;
