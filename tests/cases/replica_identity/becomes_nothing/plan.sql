-- file 1 of 2: one transaction

ALTER TABLE public.papers REPLICA IDENTITY DEFAULT;

-- breaks_code: UPDATE and DELETE fail while `papers` is published
ALTER TABLE public.papers REPLICA IDENTITY NOTHING;

-- file 2 of 2: no transaction

-- breaks_code: rows can be equal; ON CONFLICT needs it
DROP INDEX CONCURRENTLY IF EXISTS public.papers_code_idx;
