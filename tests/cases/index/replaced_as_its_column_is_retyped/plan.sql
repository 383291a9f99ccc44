-- file 1 of 3: no transaction

DROP INDEX CONCURRENTLY IF EXISTS public.docs_idx;

-- file 2 of 3: one transaction

-- rewrites_table: `docs.title`: text becomes character varying(100)
-- may_fail: values that do not fit: `docs.title`: text becomes character varying(100)
ALTER TABLE public.docs ALTER COLUMN title TYPE character varying(100);

-- file 3 of 3: no transaction

-- builds_index: `docs_idx` on `docs`
CREATE INDEX CONCURRENTLY IF NOT EXISTS docs_idx ON public.docs (title, id);
