-- builds_index: `docs_idx` on `docs`
CREATE INDEX CONCURRENTLY IF NOT EXISTS docs_idx ON public.docs USING ivfflat (embedding vector_ip_ops) WITH (lists = 10);
