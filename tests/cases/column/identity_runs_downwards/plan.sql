-- breaks_code: numbers of `number` begin again at -1
ALTER TABLE public.items ALTER COLUMN number SET INCREMENT BY -1 SET NO MINVALUE SET NO MAXVALUE SET START WITH -1 RESTART;
