CREATE SCHEMA billing;

CREATE TABLE billing.invoices (
    id integer
);

CREATE FUNCTION public.newest()
RETURNS integer
LANGUAGE sql
SET search_path TO billing, pg_temp
AS $$SELECT max(id) FROM invoices$$;
