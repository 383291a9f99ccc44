ALTER TABLE public.people ADD CONSTRAINT name_given NOT NULL name NOT VALID;
