CREATE PROCEDURE public.nothing()
LANGUAGE sql
AS $$SELECT 1$$;
