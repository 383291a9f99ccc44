CREATE TYPE public.address AS (street text, number integer);
COMMENT ON TYPE public.address IS 'Where';
