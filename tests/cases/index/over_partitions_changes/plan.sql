CREATE INDEX IF NOT EXISTS events_size_idx__new ON ONLY public.events (size, region);

-- builds_index: `events_1_size_region_idx` on `events_1`
CREATE INDEX CONCURRENTLY IF NOT EXISTS events_1_size_region_idx__new ON public.events_1 (size, region);

ALTER INDEX public.events_size_idx__new ATTACH PARTITION public.events_1_size_region_idx__new;
CREATE INDEX IF NOT EXISTS "Events 2_size_region_idx__new" ON ONLY elsewhere."Events 2" (size, region);

-- builds_index: `north_size_region_idx` on `north`
CREATE INDEX CONCURRENTLY IF NOT EXISTS north_size_region_idx__new ON elsewhere.north (size, region);

ALTER INDEX elsewhere."Events 2_size_region_idx__new" ATTACH PARTITION elsewhere.north_size_region_idx__new;
ALTER INDEX public.events_size_idx__new ATTACH PARTITION elsewhere."Events 2_size_region_idx__new";

DO $$
BEGIN
    IF to_regclass('public.events_size_idx__new') IS NOT NULL THEN
        DROP INDEX public.events_size_idx;
        ALTER INDEX public.events_size_idx__new RENAME TO events_size_idx;
        ALTER INDEX public.events_1_size_region_idx__new RENAME TO events_1_size_region_idx;
        ALTER INDEX elsewhere."Events 2_size_region_idx__new" RENAME TO "Events 2_size_region_idx";
        ALTER INDEX elsewhere.north_size_region_idx__new RENAME TO north_size_region_idx;
        COMMENT ON INDEX public.events_size_idx IS 'By size';
    END IF;
END
$$;

CREATE UNIQUE INDEX IF NOT EXISTS events_id_idx__new ON ONLY public.events (id, region) INCLUDE (size);

-- builds_index: `events_1_id_region_size_idx` on `events_1`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS events_1_id_region_size_idx__new ON public.events_1 (id, region) INCLUDE (size);

ALTER INDEX public.events_id_idx__new ATTACH PARTITION public.events_1_id_region_size_idx__new;
CREATE UNIQUE INDEX IF NOT EXISTS "Events 2_id_region_size_idx__new" ON ONLY elsewhere."Events 2" (id, region) INCLUDE (size);

-- builds_index: `north_id_region_size_idx` on `north`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS north_id_region_size_idx__new ON elsewhere.north (id, region) INCLUDE (size);

ALTER INDEX elsewhere."Events 2_id_region_size_idx__new" ATTACH PARTITION elsewhere.north_id_region_size_idx__new;
ALTER INDEX public.events_id_idx__new ATTACH PARTITION elsewhere."Events 2_id_region_size_idx__new";

DO $$
BEGIN
    IF to_regclass('public.events_id_idx__new') IS NOT NULL THEN
        DROP INDEX public.events_id_idx;
        ALTER INDEX public.events_id_idx__new RENAME TO events_id_idx;
        ALTER TABLE public.events REPLICA IDENTITY USING INDEX events_id_idx;
        ALTER INDEX public.events_1_id_region_size_idx__new RENAME TO events_1_id_region_size_idx;
        ALTER INDEX elsewhere."Events 2_id_region_size_idx__new" RENAME TO "Events 2_id_region_size_idx";
        ALTER INDEX elsewhere.north_id_region_size_idx__new RENAME TO north_id_region_size_idx;
    END IF;
END
$$;
