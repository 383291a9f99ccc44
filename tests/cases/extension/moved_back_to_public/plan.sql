-- breaks_code: names of its objects change
ALTER EXTENSION pg_trgm SET SCHEMA public;

-- breaks_code: names of its objects change
ALTER EXTENSION citext SET SCHEMA public;

-- breaks_code: names of its objects change
ALTER EXTENSION hstore SET SCHEMA public;

ALTER TABLE public.users ADD COLUMN alias citext;
