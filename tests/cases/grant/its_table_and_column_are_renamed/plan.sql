-- breaks_code: `notes` is called `papers`
ALTER TABLE public.notes RENAME TO papers;

-- breaks_code: `title` is called `name`
ALTER TABLE public.papers RENAME COLUMN title TO name;
