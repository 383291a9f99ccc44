CREATE INDEX IF NOT EXISTS notes_kind_idx ON ONLY public.notes (kind, (lower(kind))) WHERE (id > 5);

-- builds_index: `notes_1_kind_lower_idx` on `notes_1`
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_1_kind_lower_idx ON public.notes_1 (kind, (lower(kind))) WHERE (id > 5);

ALTER INDEX public.notes_kind_idx ATTACH PARTITION public.notes_1_kind_lower_idx;
CREATE INDEX IF NOT EXISTS notes_2_kind_lower_idx ON ONLY public.notes_2 (kind, (lower(kind))) WHERE (id > 5);

-- builds_index: `notes 2a_kind_lower_idx` on `notes 2a`
CREATE INDEX CONCURRENTLY IF NOT EXISTS "notes 2a_kind_lower_idx" ON public."notes 2a" (kind, (lower(kind))) WHERE (id > 5);

ALTER INDEX public.notes_2_kind_lower_idx ATTACH PARTITION public."notes 2a_kind_lower_idx";
ALTER INDEX public.notes_kind_idx ATTACH PARTITION public.notes_2_kind_lower_idx;
CREATE UNIQUE INDEX IF NOT EXISTS notes_id_idx ON ONLY public.notes (id);

-- builds_index: `notes_1_id_idx` on `notes_1`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_1_id_idx ON public.notes_1 (id);

ALTER INDEX public.notes_id_idx ATTACH PARTITION public.notes_1_id_idx;
CREATE UNIQUE INDEX IF NOT EXISTS notes_2_id_idx ON ONLY public.notes_2 (id);

-- builds_index: `notes 2a_id_idx` on `notes 2a`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "notes 2a_id_idx" ON public."notes 2a" (id);

ALTER INDEX public.notes_2_id_idx ATTACH PARTITION public."notes 2a_id_idx";
ALTER INDEX public.notes_id_idx ATTACH PARTITION public.notes_2_id_idx;
COMMENT ON INDEX public.notes_id_idx IS 'Each once';
