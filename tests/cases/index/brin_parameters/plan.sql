-- builds_index: `docs_idx` on `docs`
CREATE INDEX CONCURRENTLY IF NOT EXISTS docs_idx__new ON public.docs USING brin ("Created" timestamptz_minmax_multi_ops) WITH (pages_per_range = 64);

DROP INDEX CONCURRENTLY IF EXISTS public.docs_idx;
ALTER INDEX IF EXISTS public.docs_idx__new RENAME TO docs_idx;
