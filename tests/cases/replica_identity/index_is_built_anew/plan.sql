-- builds_index: `papers_code_idx` on `papers`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS papers_code_idx__new ON public.papers (code, place);

ALTER TABLE public.papers REPLICA IDENTITY USING INDEX papers_code_idx__new;

-- breaks_code: rows can be equal; ON CONFLICT needs it
DROP INDEX CONCURRENTLY IF EXISTS public.papers_code_idx;

ALTER INDEX IF EXISTS public.papers_code_idx__new RENAME TO papers_code_idx;
