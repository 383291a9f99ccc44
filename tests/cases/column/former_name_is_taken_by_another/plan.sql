-- rewrites_table: `items.name`: text becomes integer
-- may_fail: values that do not fit: `items.name`: text becomes integer
ALTER TABLE public.items ALTER COLUMN name TYPE integer USING name::integer;

ALTER TABLE public.items ADD COLUMN title text;
