-- file 1 of 2: one transaction

ALTER TABLE public.items ALTER COLUMN name SET DEFAULT 'none'::text;

-- file 2 of 2: no transaction

ALTER TABLE public.items ADD CONSTRAINT items_name_not_null1 NOT NULL name NOT VALID;

-- may_fail: rows where `name` is NULL
ALTER TABLE public.items VALIDATE CONSTRAINT items_name_not_null1;
