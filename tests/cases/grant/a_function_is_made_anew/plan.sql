-- weakens_access: everybody gets execute on `two`
GRANT EXECUTE ON PROCEDURE public.two() TO PUBLIC;

-- breaks_code: calls of `one`
DROP FUNCTION public.one();

CREATE FUNCTION public.one()
RETURNS bigint
LANGUAGE sql
AS $$SELECT 1$$;

GRANT EXECUTE ON FUNCTION public.one() TO case_app;
REVOKE EXECUTE ON FUNCTION public.one() FROM PUBLIC;
