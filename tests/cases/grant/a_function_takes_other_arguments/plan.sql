-- breaks_code: calls of `twice`
DROP FUNCTION public.twice(integer);

CREATE FUNCTION public.twice(x bigint)
RETURNS integer
LANGUAGE sql
AS $$SELECT x::integer * 2$$;

GRANT EXECUTE ON FUNCTION public.twice(bigint) TO case_reader;
REVOKE EXECUTE ON FUNCTION public.twice(bigint) FROM PUBLIC;
