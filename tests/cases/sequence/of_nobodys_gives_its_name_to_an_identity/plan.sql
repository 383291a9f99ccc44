ALTER TABLE public.t ALTER COLUMN id DROP DEFAULT;
ALTER SEQUENCE public.t_id_seq RENAME TO t_id_seq__old;
ALTER SEQUENCE public.t_id_seq__old OWNED BY NONE;
ALTER TABLE public.t ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(pg_get_serial_sequence('public.t', 'id'), nextval('public.t_id_seq__old'), false);
DROP SEQUENCE public.t_id_seq__old;
