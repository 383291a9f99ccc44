-- file 1 of 2: one transaction

-- rewrites_table: `a.x`: integer becomes bigint
ALTER TABLE public.a ALTER COLUMN x TYPE bigint;

-- file 2 of 2: no transaction

DROP INDEX CONCURRENTLY IF EXISTS public.c_x_idx;

-- builds_index: `c_x_own_idx` on `c`
CREATE INDEX CONCURRENTLY IF NOT EXISTS c_x_own_idx ON public.c (x, own);
