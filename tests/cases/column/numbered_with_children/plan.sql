CREATE SEQUENCE public.animals_number_seq_new AS bigint START WITH 10;

-- rewrites_table: each row of `animals` gets a value of its own
ALTER TABLE public.animals ADD COLUMN number bigint DEFAULT nextval('public.animals_number_seq_new'::regclass) NOT NULL;

ALTER TABLE public.animals ALTER COLUMN number DROP DEFAULT;
ALTER TABLE public.animals ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (START WITH 10);
SELECT setval(pg_get_serial_sequence('public.animals', 'number'), last_value, is_called) FROM public.animals_number_seq_new;
DROP SEQUENCE public.animals_number_seq_new;
