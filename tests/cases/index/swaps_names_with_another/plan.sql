-- builds_index: `docs_a` on `docs`
CREATE INDEX CONCURRENTLY IF NOT EXISTS docs_a__new ON public.docs (tenant_id);

DROP INDEX CONCURRENTLY IF EXISTS public.docs_a;
ALTER INDEX IF EXISTS public.docs_a__new RENAME TO docs_a;

-- builds_index: `docs_b` on `docs`
CREATE INDEX CONCURRENTLY IF NOT EXISTS docs_b__new ON public.docs (title);

DROP INDEX CONCURRENTLY IF EXISTS public.docs_b;
ALTER INDEX IF EXISTS public.docs_b__new RENAME TO docs_b;
