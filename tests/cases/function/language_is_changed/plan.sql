CREATE OR REPLACE FUNCTION public.is_slug(slug text)
RETURNS boolean
LANGUAGE plpgsql
AS $$BEGIN RETURN slug <> ''; END;$$;
