CREATE OR REPLACE FUNCTION public.is_slug(slug text)
RETURNS boolean
LANGUAGE sql STRICT
AS $$SELECT slug <> ''$$;
