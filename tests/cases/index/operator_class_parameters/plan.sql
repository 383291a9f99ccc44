-- builds_index: `places_path_idx` on `places`
CREATE INDEX CONCURRENTLY IF NOT EXISTS places_path_idx ON public.places USING gist (path gist_ltree_ops (siglen = 100));
