CREATE OR REPLACE FUNCTION public.is_slug(slug text DEFAULT CURRENT_USER)
RETURNS boolean
LANGUAGE sql
AS $$SELECT slug <> ''$$;
