-- builds_index: `notes_1_id_kind_key` on `notes_1`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_1_id_kind_key ON public.notes_1 (id, kind);

-- builds_index: `notes_2a_id_kind_key` on `notes_2a`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_2a_id_kind_key ON public.notes_2a (id, kind);

ALTER TABLE public.notes_1 ADD CONSTRAINT notes_1_id_kind_key UNIQUE USING INDEX notes_1_id_kind_key;
ALTER INDEX public.notes_key ATTACH PARTITION public.notes_1_id_kind_key;
ALTER TABLE ONLY public.notes_2 ADD CONSTRAINT notes_2_id_kind_key UNIQUE (id, kind);
ALTER TABLE public.notes_2a ADD CONSTRAINT notes_2a_id_kind_key UNIQUE USING INDEX notes_2a_id_kind_key;
ALTER INDEX public.notes_2_id_kind_key ATTACH PARTITION public.notes_2a_id_kind_key;
ALTER INDEX public.notes_key ATTACH PARTITION public.notes_2_id_kind_key;
ALTER INDEX public.notes_key ATTACH PARTITION public.notes_3_own;
