-- deletes_data: every row of `kept`
DROP TABLE public.kept;

CREATE TYPE public.span AS RANGE (subtype = double precision);
