CREATE FUNCTION public.is_slug(integer)
RETURNS boolean
LANGUAGE sql
AS $$SELECT $1 > 0$$;
