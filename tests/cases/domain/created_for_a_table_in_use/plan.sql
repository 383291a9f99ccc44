CREATE FUNCTION public.is_email(text)
RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$SELECT $1 LIKE '%@%'$$;

CREATE DOMAIN public.email AS text CONSTRAINT email_ok CHECK (is_email(VALUE));

-- rewrites_table: each row of `people` is held against what `email` asks of its values
ALTER TABLE public.people ADD COLUMN email email;
