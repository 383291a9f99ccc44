-- blocks_reads: `places_apart` is built
-- builds_index: `places_apart` on `places`
-- may_fail: rows that exclude each other
ALTER TABLE public.places ADD CONSTRAINT places_apart EXCLUDE USING gist (path gist_ltree_ops (siglen = 100) WITH =) WITH (fillfactor = 70);
