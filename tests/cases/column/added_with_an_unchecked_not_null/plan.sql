-- may_fail: `people` has rows: they would need a value
ALTER TABLE public.people ADD COLUMN name text;

ALTER TABLE public.people ADD CONSTRAINT name_given NOT NULL name NOT VALID;
