-- builds_index: `places_path_idx` on `places`
CREATE INDEX CONCURRENTLY IF NOT EXISTS places_path_idx__new ON public.places USING gist (path gist_ltree_ops (siglen = 200));

DROP INDEX CONCURRENTLY IF EXISTS public.places_path_idx;
ALTER INDEX IF EXISTS public.places_path_idx__new RENAME TO places_path_idx;
