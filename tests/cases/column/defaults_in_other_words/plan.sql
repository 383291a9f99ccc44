ALTER TABLE public.items ALTER COLUMN price SET DEFAULT (0)::numeric;
