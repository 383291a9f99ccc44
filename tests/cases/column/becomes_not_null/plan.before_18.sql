-- breaks_code: code that writes no `name`
ALTER TABLE public.items ADD CONSTRAINT items_name_not_null CHECK (name IS NOT NULL) NOT VALID;

-- may_fail: rows where `name` is NULL
ALTER TABLE public.items VALIDATE CONSTRAINT items_name_not_null;

ALTER TABLE public.items ALTER COLUMN name SET NOT NULL;
ALTER TABLE public.items DROP CONSTRAINT items_name_not_null;
