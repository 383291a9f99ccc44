-- builds_index: `docs_idx` on `docs`
CREATE INDEX CONCURRENTLY IF NOT EXISTS docs_idx__new ON public.docs (title);

-- breaks_code: rows can be equal; ON CONFLICT needs it
DROP INDEX CONCURRENTLY IF EXISTS public.docs_idx;

ALTER INDEX IF EXISTS public.docs_idx__new RENAME TO docs_idx;
