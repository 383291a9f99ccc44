-- rewrites_table: `items.number`: integer becomes bigint
ALTER TABLE public.items ALTER COLUMN number TYPE bigint;
