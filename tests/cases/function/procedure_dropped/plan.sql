-- breaks_code: calls of `add_note`
DROP PROCEDURE public.add_note(integer);
