-- file 1 of 3: one transaction

ALTER TABLE public.papers SET WITHOUT CLUSTER;

-- file 2 of 3: no transaction

-- builds_index: `papers_idx` on `papers`
CREATE INDEX CONCURRENTLY IF NOT EXISTS papers_idx__new ON public.papers (at);

DROP INDEX CONCURRENTLY IF EXISTS public.papers_idx;
ALTER INDEX IF EXISTS public.papers_idx__new RENAME TO papers_idx;

-- file 3 of 3: one transaction

ALTER TABLE public.papers CLUSTER ON papers_idx;
