-- builds_index: `titles_lower_idx` on `titles`
CREATE INDEX CONCURRENTLY IF NOT EXISTS titles_lower_idx__new ON public.titles ((lower(title))) WHERE (title <> ''::text);

DROP INDEX CONCURRENTLY IF EXISTS public.titles_lower_idx;
ALTER INDEX IF EXISTS public.titles_lower_idx__new RENAME TO titles_lower_idx;
