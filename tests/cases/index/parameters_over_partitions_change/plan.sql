CREATE INDEX IF NOT EXISTS events_size_idx__new ON ONLY public.events (size) WITH (fillfactor = 60);

-- builds_index: `events_north_size_idx` on `events_north`
CREATE INDEX CONCURRENTLY IF NOT EXISTS events_north_size_idx__new ON public.events_north (size) WITH (fillfactor = 60);

ALTER INDEX public.events_size_idx__new ATTACH PARTITION public.events_north_size_idx__new;

DO $$
BEGIN
    IF to_regclass('public.events_size_idx__new') IS NOT NULL THEN
        DROP INDEX public.events_size_idx;
        ALTER INDEX public.events_size_idx__new RENAME TO events_size_idx;
        ALTER INDEX public.events_north_size_idx__new RENAME TO events_north_size_idx;
    END IF;
END
$$;
