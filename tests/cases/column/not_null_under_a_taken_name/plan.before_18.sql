-- file 1 of 2: one transaction

ALTER TABLE public.items ALTER COLUMN name SET DEFAULT 'none'::text;

-- file 2 of 2: no transaction

ALTER TABLE public.items ADD CONSTRAINT items_name_not_null1 CHECK (name IS NOT NULL) NOT VALID;

-- may_fail: rows where `name` is NULL
ALTER TABLE public.items VALIDATE CONSTRAINT items_name_not_null1;

ALTER TABLE public.items ALTER COLUMN name SET NOT NULL;
ALTER TABLE public.items DROP CONSTRAINT items_name_not_null1;
