DROP VIEW public.numbers;

-- breaks_code: calls of `twice`
DROP FUNCTION public.twice(integer);

CREATE FUNCTION public.twice(number integer)
RETURNS integer
LANGUAGE sql
AS $$SELECT $1 * 2$$;

CREATE VIEW public.numbers AS
SELECT twice(n) AS twice
   FROM generate_series(1, 3) n(n);

COMMENT ON VIEW public.numbers IS 'Doubled';
