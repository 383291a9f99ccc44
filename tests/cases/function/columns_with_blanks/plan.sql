CREATE FUNCTION public.f()
RETURNS TABLE("Total sum" integer, "a, ""b""" numeric, c text)
LANGUAGE sql
AS $$ SELECT 1, 1.0, '' $$;
