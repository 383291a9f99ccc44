CREATE FUNCTION public.is_email(text)
RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$SELECT $1 LIKE '%@%'$$;

-- may_fail: values that do not satisfy `email_ok`
ALTER DOMAIN public.email ADD CONSTRAINT email_ok CHECK (is_email(VALUE));
