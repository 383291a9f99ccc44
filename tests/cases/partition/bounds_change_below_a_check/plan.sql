ALTER TABLE public.notes DETACH PARTITION public.notes_3;

-- blocks_reads: every row of `notes_3` is read
-- may_fail: rows of `notes_3` that do not belong there
ALTER TABLE public.notes ATTACH PARTITION public.notes_3 FOR VALUES IN (3, 4);
