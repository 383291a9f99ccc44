CREATE TYPE public.place AS (x integer, name text);
CREATE DOMAIN public.home AS place CONSTRAINT home_x CHECK ((VALUE).x > 0);
CREATE DOMAIN public.homes AS place[];
CREATE TYPE public.street AS (first home, "all" homes);
ALTER TABLE public.notes ALTER COLUMN title SET DEFAULT 'none'::text;
