-- breaks_code: columns of `all_notes` may go or change
DROP VIEW public.all_notes;

ALTER TABLE public.notes ADD COLUMN title text;

CREATE VIEW public.all_notes AS
SELECT * FROM notes;
