ALTER TABLE public.notes ALTER COLUMN id DROP DEFAULT;

-- deletes_data: the last number of `notes_id_seq`
DROP SEQUENCE public.notes_id_seq;
