ALTER TABLE public.people DROP CONSTRAINT name_given;
ALTER TABLE public.people ADD CONSTRAINT name_given NOT NULL name NOT VALID;
