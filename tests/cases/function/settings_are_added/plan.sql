CREATE OR REPLACE FUNCTION public.is_slug(slug text)
RETURNS boolean
LANGUAGE sql
SET search_path TO public
SET statement_timeout TO '5s'
AS $$SELECT slug <> ''$$;
