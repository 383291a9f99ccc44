-- blocks_reads: every row of `other` is checked
-- may_fail: rows that do not satisfy `notes_text_check`
ALTER TABLE public.other ADD CONSTRAINT notes_text_check CHECK (text <> ''::text);

-- blocks_reads: every row of `other` is read
-- may_fail: rows of `other` that do not belong there
ALTER TABLE public.notes ATTACH PARTITION public.other FOR VALUES FROM (1) TO (10);
