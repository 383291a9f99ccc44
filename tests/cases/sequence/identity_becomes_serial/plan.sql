ALTER SEQUENCE public.notes_id_seq RENAME TO notes_id_seq__old;
CREATE SEQUENCE public.notes_id_seq AS integer;
SELECT setval('public.notes_id_seq', nextval(pg_get_serial_sequence('public.notes', 'id')), false);
ALTER TABLE public.notes ALTER COLUMN id DROP IDENTITY;
ALTER TABLE public.notes ALTER COLUMN id SET DEFAULT nextval('notes_id_seq'::regclass);
ALTER SEQUENCE public.notes_id_seq OWNED BY public.notes.id;
