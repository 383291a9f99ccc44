-- deletes_data: every value of `notes.title`
ALTER TABLE public.notes DROP COLUMN title;
