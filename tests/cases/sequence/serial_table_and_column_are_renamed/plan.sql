-- breaks_code: `notes_id_seq` is called `papers_number_seq`
ALTER SEQUENCE public.notes_id_seq RENAME TO papers_number_seq;

-- breaks_code: `notes` is called `papers`
ALTER TABLE public.notes RENAME TO papers;

-- breaks_code: `id` is called `number`
ALTER TABLE public.papers RENAME COLUMN id TO number;
