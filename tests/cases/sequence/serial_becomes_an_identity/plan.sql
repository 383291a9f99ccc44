ALTER TABLE public.notes ALTER COLUMN id DROP DEFAULT;
ALTER SEQUENCE public.notes_id_seq RENAME TO notes_id_seq__old;
ALTER SEQUENCE public.notes_id_seq__old OWNED BY NONE;
ALTER TABLE public.notes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(pg_get_serial_sequence('public.notes', 'id'), nextval('public.notes_id_seq__old'), false);
DROP SEQUENCE public.notes_id_seq__old;
