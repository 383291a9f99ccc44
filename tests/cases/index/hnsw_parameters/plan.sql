-- builds_index: `docs_idx` on `docs`
CREATE INDEX CONCURRENTLY IF NOT EXISTS docs_idx__new ON public.docs USING hnsw (embedding vector_cosine_ops) WITH (m = 24, ef_construction = 128);

DROP INDEX CONCURRENTLY IF EXISTS public.docs_idx;
ALTER INDEX IF EXISTS public.docs_idx__new RENAME TO docs_idx;
