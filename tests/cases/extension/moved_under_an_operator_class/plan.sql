-- breaks_code: names of its objects change
ALTER EXTENSION pg_trgm SET SCHEMA tools;

-- breaks_code: names of its objects change
ALTER EXTENSION citext SET SCHEMA tools;

ALTER TABLE public.users ADD COLUMN alias tools.citext;
