-- builds_index: `docs_idx` on `docs`
CREATE INDEX CONCURRENTLY IF NOT EXISTS docs_idx ON public.docs USING hnsw (embedding vector_cosine_ops) WITH (m = 16, ef_construction = 64);
