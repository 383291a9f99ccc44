CREATE OR REPLACE PROCEDURE public.add_note(id integer)
LANGUAGE sql
AS $$INSERT INTO entries VALUES (id + 1)$$;
