CREATE INDEX IF NOT EXISTS notes_kind_idx ON ONLY public.notes (kind);

-- builds_index: `notes_1_kind_idx` on `notes_1`
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_1_kind_idx ON public.notes_1 (kind);

ALTER INDEX public.notes_kind_idx ATTACH PARTITION public.notes_1_kind_idx;

-- builds_index: `notes_2_kind_idx` on `notes_2`
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_2_kind_idx ON public.notes_2 (kind);

ALTER INDEX public.notes_kind_idx ATTACH PARTITION public.notes_2_kind_idx;
