-- file 1 of 2: no transaction

-- builds_index: `papers_at_idx` on `papers`
CREATE INDEX CONCURRENTLY IF NOT EXISTS papers_at_idx ON public.papers (at);

-- file 2 of 2: one transaction

ALTER TABLE public.papers CLUSTER ON papers_at_idx;
