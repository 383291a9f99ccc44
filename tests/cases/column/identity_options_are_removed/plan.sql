-- may_fail: the last number of `number` is beyond the new limits
ALTER TABLE public.items ALTER COLUMN number SET GENERATED ALWAYS SET INCREMENT BY 1 SET NO MINVALUE SET NO MAXVALUE SET START WITH 1 SET CACHE 1 SET NO CYCLE;
