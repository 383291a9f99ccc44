-- breaks_code: calls of `is_slug`
DROP FUNCTION public.is_slug(text);

CREATE FUNCTION public.is_slug(slug text)
RETURNS SETOF boolean
LANGUAGE sql
AS $$SELECT slug <> ''$$;
