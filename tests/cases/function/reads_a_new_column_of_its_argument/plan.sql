ALTER TABLE public.people ADD COLUMN last text;

CREATE OR REPLACE FUNCTION public.full_name(person people)
RETURNS text
LANGUAGE sql
AS $$select $1.first || $1.last$$;

CREATE FUNCTION public.initials(person people)
RETURNS text
LANGUAGE sql
return left(person.first, 1) || left(person.last, 1);
