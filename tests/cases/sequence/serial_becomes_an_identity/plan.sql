ALTER TABLE public.notes ALTER COLUMN id DROP DEFAULT;
ALTER TABLE public.notes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;

-- deletes_data: the last number of `notes_id_seq`
DROP SEQUENCE public.notes_id_seq;
