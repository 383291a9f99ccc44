ALTER TYPE public.address RENAME TO address__old;
CREATE TYPE public.address AS (number integer, street text);
ALTER TABLE public.people ALTER COLUMN home DROP DEFAULT;

-- rewrites_table: `people`
ALTER TABLE public.people ALTER COLUMN home TYPE public.address USING CASE WHEN home IS DISTINCT FROM NULL THEN ROW((home).number::integer, (home).street::text)::public.address END;

ALTER TABLE public.people ALTER COLUMN home SET DEFAULT ROW(1, 'a')::address;
DROP TYPE public.address__old;
COMMENT ON TYPE public.address IS 'Stays';
