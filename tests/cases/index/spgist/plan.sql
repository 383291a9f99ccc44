-- builds_index: `docs_idx` on `docs`
CREATE INDEX CONCURRENTLY IF NOT EXISTS docs_idx ON public.docs USING spgist (place kd_point_ops);
