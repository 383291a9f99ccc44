-- breaks_code: rows can be equal; ON CONFLICT and foreign keys need it
ALTER TABLE public.notes DROP CONSTRAINT notes_key;

-- blocks_reads: `notes_key` is built
-- builds_index: `notes_key` on `notes`
-- may_fail: rows with equal values
ALTER TABLE public.notes ADD CONSTRAINT notes_key UNIQUE (kind, id) INCLUDE (text);

COMMENT ON CONSTRAINT notes_key ON public.notes IS 'One of a kind';
COMMENT ON INDEX public.notes_key IS 'Sorted';
