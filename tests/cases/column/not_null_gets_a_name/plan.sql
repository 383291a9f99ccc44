ALTER TABLE public.people RENAME CONSTRAINT people_name_not_null TO name_given;
