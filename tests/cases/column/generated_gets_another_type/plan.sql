-- rewrites_table: `items.twice`: integer becomes bigint
ALTER TABLE public.items ALTER COLUMN twice TYPE bigint;
