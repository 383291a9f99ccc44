ALTER TABLE public.people ADD COLUMN name text;
ALTER TABLE public.people ADD CONSTRAINT name_given NOT NULL name NOT VALID;
