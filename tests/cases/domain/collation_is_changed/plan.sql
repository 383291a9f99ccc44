ALTER TYPE public.email RENAME TO email__old;
CREATE DOMAIN public.email AS text COLLATE pg_catalog."C";
DROP TYPE public.email__old;
