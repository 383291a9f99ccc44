DROP INDEX CONCURRENTLY IF EXISTS public.own_idx;
CREATE INDEX IF NOT EXISTS events_idx__new ON ONLY public.events (size DESC);

-- builds_index: `events_1_size_idx` on `events_1`
CREATE INDEX CONCURRENTLY IF NOT EXISTS events_1_size_idx__new ON public.events_1 (size DESC);

ALTER INDEX public.events_idx__new ATTACH PARTITION public.events_1_size_idx__new;

-- builds_index: `events_2_size_idx` on `events_2`
CREATE INDEX CONCURRENTLY IF NOT EXISTS events_2_size_idx__new ON public.events_2 (size DESC);

ALTER INDEX public.events_idx__new ATTACH PARTITION public.events_2_size_idx__new;

DO $$
BEGIN
    IF to_regclass('public.events_idx__new') IS NOT NULL THEN
        DROP INDEX public.events_idx;
        ALTER INDEX public.events_idx__new RENAME TO events_idx;
        ALTER INDEX public.events_1_size_idx__new RENAME TO events_1_size_idx;
        ALTER INDEX public.events_2_size_idx__new RENAME TO events_2_size_idx;
    END IF;
END
$$;
