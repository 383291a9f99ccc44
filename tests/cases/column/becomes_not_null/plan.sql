-- may_fail: rows where `name` is NULL
ALTER TABLE public.items ALTER COLUMN name SET NOT NULL;
