-- file 1 of 3: one transaction

ALTER TABLE public.notes ADD COLUMN length integer;

-- blocks_reads: every row of `notes_a` is read
-- may_fail: rows where `length` is NULL
-- breaks_code: code that writes no `length`
ALTER TABLE public.notes_a ALTER COLUMN length SET NOT NULL;

ALTER TABLE public.notes_a ALTER COLUMN length SET DEFAULT 3;

-- file 2 of 3: no transaction

-- builds_index: `notes_a_size_idx` on `notes_a`
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_a_size_idx__new ON public.notes_a (length);

DROP INDEX CONCURRENTLY IF EXISTS public.notes_a_size_idx;
ALTER INDEX IF EXISTS public.notes_a_size_idx__new RENAME TO notes_a_size_idx;

-- file 3 of 3: one transaction

-- deletes_data: every value of `notes.size`
-- breaks_code: code that names `notes.size`
ALTER TABLE public.notes DROP COLUMN size;
