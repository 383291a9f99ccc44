ALTER TYPE public.address RENAME TO address__old;

-- deletes_data: every value of `street` in `address`
CREATE TYPE public.address AS (number bigint, town text);

CREATE FUNCTION public.address__array(had public.address__old[]) RETURNS public.address[] LANGUAGE plpgsql AS $$BEGIN
    IF array_ndims(had) > 1 THEN
        RAISE EXCEPTION 'an array of several dimensions cannot be taken over';
    END IF;
    RETURN (SELECT CASE WHEN had IS NOT NULL THEN
        ARRAY(SELECT CASE WHEN had[at] IS DISTINCT FROM NULL THEN ROW((had[at]).number::bigint, NULL)::public.address END
            FROM generate_subscripts(had, 1) at ORDER BY at) END);
END;$$;

-- rewrites_table: `people`
ALTER TABLE public.people ALTER COLUMN home TYPE public.address USING CASE WHEN home IS DISTINCT FROM NULL THEN ROW((home).number::bigint, NULL)::public.address END;

-- rewrites_table: `people`
ALTER TABLE public.people ALTER COLUMN former TYPE public.address[] USING public.address__array(former);

DROP FUNCTION public.address__array;
DROP TYPE public.address__old;
