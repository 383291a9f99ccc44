-- breaks_code: calls of `is_slug`
DROP FUNCTION public.is_slug(text);

CREATE FUNCTION public.is_slug(slug text)
RETURNS text
LANGUAGE sql
AS $$SELECT slug$$;
