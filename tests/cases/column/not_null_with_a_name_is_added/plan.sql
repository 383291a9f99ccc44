-- breaks_code: code that writes no `name`
ALTER TABLE public.people ADD CONSTRAINT name_given NOT NULL name NOT VALID;

-- may_fail: rows where `name` is NULL
ALTER TABLE public.people VALIDATE CONSTRAINT name_given;
