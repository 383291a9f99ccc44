-- deletes_data: every value of `notes.title`
-- breaks_code: code that names `notes.title`
ALTER TABLE public.notes DROP COLUMN title;
