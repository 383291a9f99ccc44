-- deletes_data: every row of `notes`: PostgreSQL cannot change how a table is partitioned; to keep the rows, declare a new table beside it, move them, then drop the old one
DROP TABLE public.notes;

ALTER TYPE public.kind RENAME TO kind__old;
CREATE DOMAIN public.kind AS text;
DROP TYPE public.kind__old;

CREATE TABLE public.notes (
    code kind,
    at date
) PARTITION BY RANGE (at);
