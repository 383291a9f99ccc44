CREATE OR REPLACE FUNCTION public.numbers(integer, integer)
RETURNS SETOF integer
LANGUAGE internal SUPPORT generate_series_int4_support
AS $$generate_series_int4$$;
