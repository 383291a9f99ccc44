ALTER TYPE public.address RENAME TO address__old;

-- deletes_data: values are cut: `street` of `address` in `people`: text becomes character varying(20)
CREATE TYPE public.address AS (street character varying(20), number bigint);

ALTER TABLE public.people ALTER COLUMN home DROP DEFAULT;

-- rewrites_table: `people`
ALTER TABLE public.people ALTER COLUMN home TYPE public.address USING CASE WHEN home IS DISTINCT FROM NULL THEN ROW((home).street::character varying(20), (home).number::bigint)::public.address END;

ALTER TABLE public.people ALTER COLUMN home SET DEFAULT ROW('a', 1)::address;
DROP TYPE public.address__old;
