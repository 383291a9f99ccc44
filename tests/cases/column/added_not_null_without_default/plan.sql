-- breaks_code: code that inserts without `name`
-- may_fail: `items` has rows: they would need a value
ALTER TABLE public.items ADD COLUMN name text NOT NULL;
