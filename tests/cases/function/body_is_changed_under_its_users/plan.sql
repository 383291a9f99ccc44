-- weakens_access: policies that call `is_slug` let through what it says now
CREATE OR REPLACE FUNCTION public.is_slug(slug text)
RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$SELECT slug ~ '^[a-z]+$'$$;
