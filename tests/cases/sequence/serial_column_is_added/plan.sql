CREATE SEQUENCE public.notes_id_seq;

-- rewrites_table: each row of `notes` gets a value of its own
ALTER TABLE public.notes ADD COLUMN id bigint DEFAULT nextval('notes_id_seq'::regclass) NOT NULL;

ALTER SEQUENCE public.notes_id_seq OWNED BY public.notes.id;
