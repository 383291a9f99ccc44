-- builds_index: `docs_idx` on `docs`
CREATE INDEX CONCURRENTLY IF NOT EXISTS docs_idx ON public.docs USING brin ("Created") WITH (pages_per_range = 32, autosummarize = true);
