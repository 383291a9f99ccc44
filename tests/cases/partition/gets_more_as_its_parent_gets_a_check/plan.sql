ALTER TABLE public.notes DETACH PARTITION public.notes_1;

-- blocks_reads: every row of `notes` is checked
-- may_fail: rows that do not satisfy `notes_kind`
ALTER TABLE public.notes ADD CONSTRAINT notes_kind CHECK (kind <> '');

-- blocks_reads: every row of `notes_1` is checked
-- may_fail: rows that do not satisfy `notes_kind`
ALTER TABLE public.notes_1 ADD CONSTRAINT notes_kind CHECK (kind <> '');

-- blocks_reads: every row of `notes_1` is read
-- may_fail: rows of `notes_1` that do not belong there
ALTER TABLE public.notes ATTACH PARTITION public.notes_1 FOR VALUES IN (1, 3);
