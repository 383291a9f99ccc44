-- deletes_data: every value of `notes.id`
-- breaks_code: code that names `notes.id`
ALTER TABLE public.notes DROP COLUMN id;
