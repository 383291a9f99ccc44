CREATE TYPE "public"."country" AS ENUM ('de', 'fr');
CREATE TYPE public.address AS (street text COLLATE pg_catalog."C", number integer, "in" country, past timestamp with time zone[]);

CREATE FUNCTION public.home()
RETURNS address
LANGUAGE sql
AS $$SELECT NULL::address$$;

CREATE TABLE public.people (
    home address,
    others address[]
);
