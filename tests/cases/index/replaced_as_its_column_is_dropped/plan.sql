-- file 1 of 2: one transaction

DROP INDEX public.docs_idx;

-- deletes_data: every value of `docs.title`
ALTER TABLE public.docs DROP COLUMN title;
-- file 2 of 2: no transaction

-- builds_index: `docs_idx` on `docs`
CREATE INDEX CONCURRENTLY IF NOT EXISTS docs_idx ON public.docs (tenant_id);
