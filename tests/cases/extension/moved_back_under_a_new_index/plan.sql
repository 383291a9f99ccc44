-- file 1 of 2: one transaction

-- breaks_code: names of its objects change
ALTER EXTENSION pg_trgm SET SCHEMA public;

-- breaks_code: names of its objects change
ALTER EXTENSION citext SET SCHEMA public;

-- deletes_data: `ext` and what dbtool does not manage in it
DROP SCHEMA ext;

ALTER TABLE public.notes ADD COLUMN body text;
ALTER TABLE public.notes ALTER COLUMN email SET DEFAULT 'nobody';

-- file 2 of 2: no transaction

-- builds_index: `notes_body_idx` on `notes`
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_body_idx ON public.notes USING gin (body gin_trgm_ops);
