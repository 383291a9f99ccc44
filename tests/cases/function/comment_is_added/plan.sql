COMMENT ON FUNCTION public.is_slug(text) IS 'Whether it can stand in a URL';
