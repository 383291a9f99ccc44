-- builds_index: `docs_idx` on `docs`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS docs_idx__new ON public.docs (title) NULLS NOT DISTINCT;

DROP INDEX CONCURRENTLY IF EXISTS public.docs_idx;
ALTER INDEX IF EXISTS public.docs_idx__new RENAME TO docs_idx;
