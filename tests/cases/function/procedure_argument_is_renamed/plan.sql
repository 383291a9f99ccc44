-- breaks_code: calls of `add_note`
DROP PROCEDURE public.add_note(integer);

CREATE PROCEDURE public.add_note(number integer)
LANGUAGE sql
AS $$INSERT INTO entries VALUES (number)$$;
