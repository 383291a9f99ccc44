-- file 1 of 2: one transaction

DROP INDEX public.events_size_idx;

-- file 2 of 2: no transaction

CREATE INDEX IF NOT EXISTS events_size_idx ON ONLY public.events (size) WITH (fillfactor = 60);

-- builds_index: `events_north_size_idx` on `events_north`
CREATE INDEX CONCURRENTLY IF NOT EXISTS events_north_size_idx ON public.events_north (size) WITH (fillfactor = 60);

ALTER INDEX public.events_size_idx ATTACH PARTITION public.events_north_size_idx;
