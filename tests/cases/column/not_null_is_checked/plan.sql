-- may_fail: rows where `name` is NULL
ALTER TABLE public.people VALIDATE CONSTRAINT name_given;
