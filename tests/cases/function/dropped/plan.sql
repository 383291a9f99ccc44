-- breaks_code: calls of `is_slug`
DROP FUNCTION public.is_slug(text);
