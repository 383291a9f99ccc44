ALTER TABLE public.notes DETACH PARTITION public.notes_3;
ALTER TABLE public.notes_3 DROP CONSTRAINT IF EXISTS filled;

-- deletes_data: every row of `notes`
-- breaks_code: code that names `notes`
DROP TABLE public.notes;

CREATE TABLE public.papers (
    kind integer,
    text text,
    CONSTRAINT filled CHECK (text is not null)
) PARTITION BY LIST (kind);

-- blocks_reads: every row of `notes_3` is checked
-- may_fail: rows that do not satisfy `filled`
ALTER TABLE public.notes_3 ADD CONSTRAINT filled CHECK (text is not null);

-- blocks_reads: every row of `notes_3` is read
-- may_fail: rows of `notes_3` that do not belong there
ALTER TABLE public.papers ATTACH PARTITION public.notes_3 FOR VALUES IN (3);
