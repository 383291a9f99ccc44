-- file 1 of 2: no transaction

DROP INDEX CONCURRENTLY IF EXISTS public.t_shade_idx;

-- file 2 of 2: one transaction

ALTER TYPE public.color RENAME TO color__old;
CREATE TYPE "public"."color" AS ENUM ('blue', 'red');
ALTER TABLE public.t ALTER COLUMN shade DROP DEFAULT;

-- rewrites_table: `t`
ALTER TABLE public.t ALTER COLUMN shade TYPE text USING shade::text;

DROP TYPE public.color__old;
