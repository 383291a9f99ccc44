-- deletes_data: every row of `notes`
DROP TABLE public.notes;
