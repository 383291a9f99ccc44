-- breaks_code: columns of `open_notes` may go or change
DROP VIEW public.open_notes;

CREATE VIEW public.open_notes AS
SELECT id AS a,
    title AS c
   FROM notes;
