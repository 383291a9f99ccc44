CREATE OR REPLACE FUNCTION public.is_slug(slug text DEFAULT ''::text)
RETURNS boolean
LANGUAGE sql
AS $$SELECT slug <> ''$$;
