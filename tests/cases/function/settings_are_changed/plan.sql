CREATE OR REPLACE FUNCTION public.is_slug(slug text)
RETURNS boolean
LANGUAGE sql
SET search_path TO pg_catalog, public
SET app.mode TO 'it''s'
AS $$SELECT slug <> ''$$;
