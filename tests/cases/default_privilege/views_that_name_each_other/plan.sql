CREATE TABLE public.items (
    note text
);

CREATE VIEW public.value AS
SELECT o.note FROM items o;

CREATE MATERIALIZED VIEW public.o AS
SELECT count(*) AS total FROM value;

-- weakens_access: everybody gets delete on new tables in `public`
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT DELETE ON TABLES TO PUBLIC;
