SET LOCAL check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.even(n integer)
RETURNS boolean
LANGUAGE sql
AS $$SELECT n = 0 OR odd(n - 1)$$;

CREATE FUNCTION public.odd(n integer)
RETURNS boolean
LANGUAGE sql
AS $$SELECT n <> 0 AND even(n - 1)$$;
