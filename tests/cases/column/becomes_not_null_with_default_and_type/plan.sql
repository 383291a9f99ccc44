-- rewrites_table: `items.size`: integer becomes bigint
ALTER TABLE public.items ALTER COLUMN size TYPE bigint;

-- may_fail: rows where `size` is NULL
ALTER TABLE public.items ALTER COLUMN size SET NOT NULL;

ALTER TABLE public.items ALTER COLUMN size SET DEFAULT 0;
