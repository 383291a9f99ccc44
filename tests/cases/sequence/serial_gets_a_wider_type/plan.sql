-- may_fail: the last number of `notes_id_seq` is beyond the new limits
ALTER SEQUENCE public.notes_id_seq AS bigint;

ALTER TABLE public.notes ALTER COLUMN id DROP DEFAULT;

-- rewrites_table: `notes.id`: integer becomes bigint
ALTER TABLE public.notes ALTER COLUMN id TYPE bigint;

ALTER TABLE public.notes ALTER COLUMN id SET DEFAULT nextval('notes_id_seq'::regclass);
