SELECT setval('public.numbers'::regclass, 1, false) WHERE COALESCE(pg_sequence_last_value('public.numbers'::regclass), -10) < 1;

-- may_fail: the last number of `numbers` is beyond the new limits
ALTER SEQUENCE public.numbers NO MINVALUE NO MAXVALUE START WITH 1;

-- breaks_code: numbers of `others` begin again at 100
ALTER SEQUENCE public.others MINVALUE 100 NO MAXVALUE START WITH 100 RESTART;

SELECT setval(pg_get_serial_sequence('public.t', 'id')::regclass, 10, false) WHERE COALESCE(pg_sequence_last_value(pg_get_serial_sequence('public.t', 'id')::regclass), -10) < 10;

-- may_fail: the last number of `id` is beyond the new limits
ALTER TABLE public.t ALTER COLUMN id SET MINVALUE 10 SET NO MAXVALUE SET START WITH 10;
