-- deletes_data: every value of `notes.id`
ALTER TABLE public.notes DROP COLUMN id;
