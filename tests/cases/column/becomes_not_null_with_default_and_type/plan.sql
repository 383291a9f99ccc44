-- file 1 of 2: one transaction

-- rewrites_table: `items.size`: integer becomes bigint
ALTER TABLE public.items ALTER COLUMN size TYPE bigint;

ALTER TABLE public.items ALTER COLUMN size SET DEFAULT 0;

-- file 2 of 2: no transaction

-- breaks_code: code that writes no `size`
ALTER TABLE public.items ADD CONSTRAINT items_size_not_null NOT NULL size NOT VALID;

-- may_fail: rows where `size` is NULL
ALTER TABLE public.items VALIDATE CONSTRAINT items_size_not_null;
