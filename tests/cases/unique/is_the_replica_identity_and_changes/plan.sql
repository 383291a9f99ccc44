-- builds_index: `notes_code_key` on `notes`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_code_key__new ON public.notes (code, id);

ALTER TABLE public.notes REPLICA IDENTITY USING INDEX notes_code_key__new;
ALTER TABLE public.notes CLUSTER ON notes_code_key__new;

-- breaks_code: ON CONFLICT that names the key as it was
ALTER TABLE public.notes DROP CONSTRAINT notes_code_key, ADD CONSTRAINT notes_code_key UNIQUE USING INDEX notes_code_key__new;

COMMENT ON CONSTRAINT notes_code_key ON public.notes IS 'Told apart';
