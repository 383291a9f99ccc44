-- file 1 of 2: no transaction

-- builds_index: `docs_idx` on `docs`
CREATE INDEX CONCURRENTLY IF NOT EXISTS docs_idx__new ON public.docs (tenant_id);

DROP INDEX CONCURRENTLY IF EXISTS public.docs_idx;
ALTER INDEX IF EXISTS public.docs_idx__new RENAME TO docs_idx;

-- file 2 of 2: one transaction

-- deletes_data: every value of `docs.title`
-- breaks_code: code that names `docs.title`
ALTER TABLE public.docs DROP COLUMN title;
