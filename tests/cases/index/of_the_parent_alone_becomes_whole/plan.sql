-- builds_index: `notes_1_kind_idx` on `notes_1`
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_1_kind_idx ON public.notes_1 (kind);

ALTER INDEX public.notes_kind_idx ATTACH PARTITION public.notes_1_kind_idx;
CREATE INDEX IF NOT EXISTS notes_2_kind_idx ON ONLY public.notes_2 (kind);

-- builds_index: `notes_2a_kind_idx` on `notes_2a`
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_2a_kind_idx ON public.notes_2a (kind);

ALTER INDEX public.notes_2_kind_idx ATTACH PARTITION public.notes_2a_kind_idx;
ALTER INDEX public.notes_kind_idx ATTACH PARTITION public.notes_2_kind_idx;
