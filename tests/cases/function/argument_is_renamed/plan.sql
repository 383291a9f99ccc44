-- breaks_code: calls of `is_slug`
DROP FUNCTION public.is_slug(text);

CREATE FUNCTION public.is_slug(word text)
RETURNS boolean
LANGUAGE sql
AS $$SELECT word <> ''$$;
