-- file 1 of 2: one transaction

ALTER INDEX public.docs_idx RENAME TO docs_title_idx;

-- file 2 of 2: no transaction

-- builds_index: `docs_title_idx` on `docs`
CREATE INDEX CONCURRENTLY IF NOT EXISTS docs_title_idx__new ON public.docs (title) INCLUDE (id) WITH (fillfactor = 50);

DROP INDEX CONCURRENTLY IF EXISTS public.docs_title_idx;
ALTER INDEX IF EXISTS public.docs_title_idx__new RENAME TO docs_title_idx;
