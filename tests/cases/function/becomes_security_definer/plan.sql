CREATE OR REPLACE FUNCTION public.is_slug(slug text)
RETURNS boolean
LANGUAGE sql SECURITY DEFINER
SET search_path TO public, pg_temp
AS $$SELECT slug <> ''$$;
