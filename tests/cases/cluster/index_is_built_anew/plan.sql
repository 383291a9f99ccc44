-- builds_index: `papers_idx` on `papers`
CREATE INDEX CONCURRENTLY IF NOT EXISTS papers_idx__new ON public.papers (at);

ALTER TABLE public.papers CLUSTER ON papers_idx__new;
DROP INDEX CONCURRENTLY IF EXISTS public.papers_idx;
ALTER INDEX IF EXISTS public.papers_idx__new RENAME TO papers_idx;
