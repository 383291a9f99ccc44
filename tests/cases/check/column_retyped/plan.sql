-- rewrites_table: `items.amount`: integer becomes bigint
ALTER TABLE public.items ALTER COLUMN amount TYPE bigint;
