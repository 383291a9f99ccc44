CREATE OR REPLACE FUNCTION public.f()
RETURNS integer
LANGUAGE sql
SET search_path TO ''
AS $$SELECT 1$$;
