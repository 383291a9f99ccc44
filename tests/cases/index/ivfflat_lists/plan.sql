-- builds_index: `docs_idx` on `docs`
CREATE INDEX CONCURRENTLY IF NOT EXISTS docs_idx__new ON public.docs USING ivfflat (embedding vector_ip_ops) WITH (lists = 20);

DROP INDEX CONCURRENTLY IF EXISTS public.docs_idx;
ALTER INDEX IF EXISTS public.docs_idx__new RENAME TO docs_idx;
