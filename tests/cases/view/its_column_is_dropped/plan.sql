-- breaks_code: columns of `open_notes` may go or change
DROP VIEW public.open_notes;

-- deletes_data: every value of `notes.size`
-- breaks_code: code that names `notes.size`
ALTER TABLE public.notes DROP COLUMN size;

ALTER TABLE public.notes ADD COLUMN weight integer;

CREATE VIEW public.open_notes AS
SELECT id, title FROM notes WHERE weight > 1;
