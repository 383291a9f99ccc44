-- file 1 of 2: no transaction

DROP INDEX CONCURRENTLY IF EXISTS public.notes_title_idx;

-- builds_index: `notes_body_idx` on `notes`
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_body_idx__new ON public.notes (body);

DROP INDEX CONCURRENTLY IF EXISTS public.notes_body_idx;
ALTER INDEX IF EXISTS public.notes_body_idx__new RENAME TO notes_body_idx;

-- file 2 of 2: one transaction

-- deletes_data: the types, functions and operators of `pg_trgm`
DROP EXTENSION pg_trgm;
