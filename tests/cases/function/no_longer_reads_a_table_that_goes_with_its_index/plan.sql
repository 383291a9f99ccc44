CREATE OR REPLACE FUNCTION public.square(x integer)
RETURNS integer
LANGUAGE sql IMMUTABLE
RETURN (x * x);

-- deletes_data: every row of `t`
-- breaks_code: code that names `t`
DROP TABLE public.t;
