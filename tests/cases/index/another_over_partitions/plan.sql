CREATE INDEX IF NOT EXISTS notes_kind_down_idx ON ONLY public.notes (kind DESC);

-- builds_index: `notes_1_kind_idx1` on `notes_1`
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_1_kind_idx1 ON public.notes_1 (kind DESC);

ALTER INDEX public.notes_kind_down_idx ATTACH PARTITION public.notes_1_kind_idx1;

-- builds_index: `notes_2_kind_idx1` on `notes_2`
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_2_kind_idx1 ON public.notes_2 (kind DESC);

ALTER INDEX public.notes_kind_down_idx ATTACH PARTITION public.notes_2_kind_idx1;
