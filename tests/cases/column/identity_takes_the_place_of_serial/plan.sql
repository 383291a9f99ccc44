ALTER TABLE public.orders ALTER COLUMN id DROP DEFAULT;
ALTER SEQUENCE public.orders_id_seq RENAME TO orders_id_seq__old;
ALTER SEQUENCE public.orders_id_seq__old OWNED BY NONE;
ALTER TABLE public.orders ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(pg_get_serial_sequence('public.orders', 'id'), nextval('public.orders_id_seq__old'), false);
DROP SEQUENCE public.orders_id_seq__old;
