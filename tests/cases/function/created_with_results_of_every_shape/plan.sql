CREATE FUNCTION public.pair(a integer, OUT low integer, OUT high integer)
RETURNS record
LANGUAGE sql
AS $$SELECT a - 1, a + 1$$;

CREATE FUNCTION public.numbers(up_to integer)
RETURNS SETOF integer
LANGUAGE sql ROWS 10
AS $$SELECT generate_series(1, up_to)$$;

CREATE FUNCTION public.listing()
RETURNS TABLE(id bigint, name text)
LANGUAGE sql
AS $$SELECT 1::bigint, 'a'$$;

CREATE FUNCTION public.total(VARIADIC all_of_them integer[])
RETURNS bigint
LANGUAGE sql
AS $$SELECT sum(x) FROM unnest(all_of_them) x$$;

CREATE FUNCTION public.twice(INOUT n integer)
RETURNS integer
LANGUAGE sql
AS $$SELECT n * 2$$;

CREATE FUNCTION public.touch()
RETURNS trigger
LANGUAGE plpgsql
AS $$BEGIN RETURN NEW; END;$$;

CREATE FUNCTION public.nothing()
RETURNS void
LANGUAGE sql
AS $$$$;
