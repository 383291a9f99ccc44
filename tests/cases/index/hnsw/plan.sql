-- builds_index: `docs_idx` on `docs`
CREATE INDEX CONCURRENTLY IF NOT EXISTS docs_idx ON public.docs USING hnsw (embedding vector_cosine_ops) WITH (ef_construction = 64, m = 16);
