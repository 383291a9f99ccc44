ALTER TABLE public.events DETACH PARTITION public.events_2024;

-- blocks_reads: every row of the default partition `rest` is read
-- may_fail: rows in `rest` that would belong there
CREATE TABLE public.events_2025 PARTITION OF public.events FOR VALUES FROM ('2025-02-01') TO ('2026-01-01');

-- blocks_reads: every row of `events_2024` is read
-- may_fail: rows of `events_2024` that do not belong there
-- blocks_reads: every row of the default partition `rest` is read
-- may_fail: rows in `rest` that would belong there
ALTER TABLE public.events ATTACH PARTITION public.events_2024 FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2025-02-01 00:00:00+00');
