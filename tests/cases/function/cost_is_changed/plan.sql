CREATE OR REPLACE FUNCTION public.is_slug(slug text)
RETURNS boolean
LANGUAGE sql COST 5000
AS $$SELECT slug <> ''$$;
