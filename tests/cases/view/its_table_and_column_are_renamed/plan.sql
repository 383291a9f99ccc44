-- breaks_code: `notes` is called `papers`
ALTER TABLE public.notes RENAME TO papers;

-- breaks_code: `title` is called `name`
ALTER TABLE public.papers RENAME COLUMN title TO name;

-- breaks_code: columns of `all_notes` may go or change
DROP VIEW public.all_notes;

CREATE VIEW public.all_notes AS
SELECT id, name FROM papers WHERE name <> '';
