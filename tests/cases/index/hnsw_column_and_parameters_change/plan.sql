-- file 1 of 3: no transaction

DROP INDEX CONCURRENTLY IF EXISTS public.docs_idx;

-- file 2 of 3: one transaction

-- rewrites_table: `docs.embedding`: vector(3) becomes vector(4)
-- may_fail: values that do not fit: `docs.embedding`: vector(3) becomes vector(4)
ALTER TABLE public.docs ALTER COLUMN embedding TYPE vector(4);

-- file 3 of 3: no transaction

-- builds_index: `docs_idx` on `docs`
CREATE INDEX CONCURRENTLY IF NOT EXISTS docs_idx ON public.docs USING hnsw (embedding vector_cosine_ops) WITH (m = 24, ef_construction = 64);
