ALTER TABLE public.notes DETACH PARTITION public.notes_a;
ALTER TABLE public.notes DETACH PARTITION public.notes_b;

-- blocks_reads: every row of `notes_a` is read
-- may_fail: rows of `notes_a` that do not belong there
ALTER TABLE public.notes ATTACH PARTITION public.notes_a FOR VALUES IN ('b');

-- blocks_reads: every row of `notes_b` is read
-- may_fail: rows of `notes_b` that do not belong there
ALTER TABLE public.notes ATTACH PARTITION public.notes_b FOR VALUES IN ('a', NULL);
