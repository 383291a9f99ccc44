CREATE INDEX IF NOT EXISTS notes_up ON ONLY public.notes (kind);

-- builds_index: `notes_1_kind_idx1` on `notes_1`
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_1_kind_idx1 ON public.notes_1 (kind);

ALTER INDEX public.notes_up ATTACH PARTITION public.notes_1_kind_idx1;
CREATE INDEX IF NOT EXISTS notes_down ON ONLY public.notes (kind DESC);

-- builds_index: `notes_1_kind_idx` on `notes_1`
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_1_kind_idx ON public.notes_1 (kind DESC);

ALTER INDEX public.notes_down ATTACH PARTITION public.notes_1_kind_idx;
