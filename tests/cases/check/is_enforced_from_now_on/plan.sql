ALTER TABLE public.notes DROP CONSTRAINT notes_size;

-- blocks_writes: readers and writers wait while every row is checked
-- may_fail: rows that do not satisfy `notes_size`
ALTER TABLE public.notes ADD CONSTRAINT notes_size CHECK (size > 0);
