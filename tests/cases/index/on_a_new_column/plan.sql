-- file 1 of 2: one transaction

ALTER TABLE public.docs ADD COLUMN title text;

-- file 2 of 2: no transaction

-- builds_index: `docs_idx` on `docs`
CREATE INDEX CONCURRENTLY IF NOT EXISTS docs_idx ON public.docs (title);
