CREATE FUNCTION public.is_email(text)
RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$SELECT $1 LIKE '%@%'$$;

CREATE DOMAIN public.email AS text CONSTRAINT email_ok CHECK (is_email(VALUE));
ALTER TABLE public.people ADD COLUMN email email;
