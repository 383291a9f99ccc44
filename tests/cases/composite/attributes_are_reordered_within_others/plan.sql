ALTER TYPE public.person RENAME TO person__old;
CREATE TYPE public.person AS (last text, first text);
ALTER TYPE public.guest RENAME TO guest__old;
CREATE DOMAIN public.guest AS person;

CREATE FUNCTION public.guest__array(had public.guest__old[]) RETURNS public.guest[] LANGUAGE plpgsql AS $$BEGIN
    IF array_ndims(had) > 1 THEN
        RAISE EXCEPTION 'an array of several dimensions cannot be taken over';
    END IF;
    RETURN (SELECT CASE WHEN had IS NOT NULL THEN
        ARRAY(SELECT (CASE WHEN had[at] IS DISTINCT FROM NULL THEN ROW((had[at]).last::text, (had[at]).first::text)::public.person END)::public.guest
            FROM generate_subscripts(had, 1) at ORDER BY at) END);
END;$$;

-- rewrites_table: `evenings`
ALTER TABLE public.evenings ALTER COLUMN first TYPE public.guest USING (CASE WHEN first IS DISTINCT FROM NULL THEN ROW((first).last::text, (first).first::text)::public.person END)::public.guest;

-- rewrites_table: `evenings`
ALTER TABLE public.evenings ALTER COLUMN "all" TYPE public.guest[] USING public.guest__array("all");

DROP FUNCTION public.guest__array;
ALTER TYPE public.party RENAME TO party__old;
CREATE TYPE public.party AS (host person, guests guest[]);

CREATE FUNCTION public.guest__array(had public.guest__old[]) RETURNS public.guest[] LANGUAGE plpgsql AS $$BEGIN
    IF array_ndims(had) > 1 THEN
        RAISE EXCEPTION 'an array of several dimensions cannot be taken over';
    END IF;
    RETURN (SELECT CASE WHEN had IS NOT NULL THEN
        ARRAY(SELECT (CASE WHEN had[at] IS DISTINCT FROM NULL THEN ROW((had[at]).last::text, (had[at]).first::text)::public.person END)::public.guest
            FROM generate_subscripts(had, 1) at ORDER BY at) END);
END;$$;

-- rewrites_table: `evenings`
ALTER TABLE public.evenings ALTER COLUMN party TYPE public.party USING CASE WHEN party IS DISTINCT FROM NULL THEN ROW(CASE WHEN (party).host IS DISTINCT FROM NULL THEN ROW(((party).host).last::text, ((party).host).first::text)::public.person END, public.guest__array((party).guests))::public.party END;

DROP FUNCTION public.guest__array;
DROP TYPE public.party__old;
DROP TYPE public.guest__old;
DROP TYPE public.person__old;
