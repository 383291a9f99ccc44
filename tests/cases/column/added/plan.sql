ALTER TABLE public.items ADD COLUMN name text;
ALTER TABLE public.items ADD COLUMN rank integer;
