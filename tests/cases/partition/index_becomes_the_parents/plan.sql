CREATE INDEX IF NOT EXISTS notes_id_idx ON ONLY public.notes (id);
ALTER INDEX public.notes_id_idx ATTACH PARTITION public.notes_a_id_idx;
ALTER INDEX public.notes_id_idx ATTACH PARTITION public.by_id;

-- builds_index: `notes_c_id_idx` on `notes_c`
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_c_id_idx ON public.notes_c (id);

ALTER INDEX public.notes_id_idx ATTACH PARTITION public.notes_c_id_idx;
