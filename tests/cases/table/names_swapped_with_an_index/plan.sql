-- file 1 of 2: no transaction

DROP INDEX CONCURRENTLY IF EXISTS public.b;

-- file 2 of 2: one transaction

CREATE TABLE public.b (
    y integer
);
