-- breaks_code: code that writes no `name`
ALTER TABLE public.items ADD CONSTRAINT items_name_not_null NOT NULL name NOT VALID;

-- may_fail: rows where `name` is NULL
ALTER TABLE public.items VALIDATE CONSTRAINT items_name_not_null;
