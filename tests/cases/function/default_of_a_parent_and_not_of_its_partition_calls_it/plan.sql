ALTER TABLE ONLY public.p ALTER COLUMN qty DROP DEFAULT;
ALTER TABLE public.p_2 ALTER COLUMN qty DROP DEFAULT;

-- breaks_code: calls of `price`
DROP FUNCTION public.price(integer);

CREATE FUNCTION public.price(x integer)
RETURNS integer
LANGUAGE sql IMMUTABLE
AS $$select x$$;

ALTER TABLE ONLY public.p ALTER COLUMN qty SET DEFAULT price(1);
ALTER TABLE public.p_2 ALTER COLUMN qty SET DEFAULT price(1);
