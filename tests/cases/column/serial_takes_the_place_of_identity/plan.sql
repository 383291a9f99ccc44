ALTER SEQUENCE public.orders_id_seq RENAME TO orders_id_seq__old;
CREATE SEQUENCE public.orders_id_seq AS integer;
SELECT setval('public.orders_id_seq', nextval(pg_get_serial_sequence('public.orders', 'id')), false);
ALTER TABLE public.orders ALTER COLUMN id DROP IDENTITY;
ALTER TABLE public.orders ALTER COLUMN id SET DEFAULT nextval('orders_id_seq'::regclass);
ALTER SEQUENCE public.orders_id_seq OWNED BY public.orders.id;
