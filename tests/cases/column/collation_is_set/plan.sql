ALTER TABLE public.items ALTER COLUMN name TYPE text COLLATE pg_catalog."C";
