-- deletes_data: every row of `kept`
-- breaks_code: code that names `kept`
DROP TABLE public.kept;

CREATE TYPE public.span AS RANGE (subtype = double precision);
