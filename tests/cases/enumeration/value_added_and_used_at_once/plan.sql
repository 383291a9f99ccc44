-- file 1 of 3: one transaction

ALTER TYPE "public"."plan" ADD VALUE 'trial';

-- file 2 of 3: one transaction

-- rewrites_table: its values are computed again
ALTER TABLE public.tenants DROP COLUMN is_free;

-- weakens_access: `tenants_select` reads `plan` of `tenants`, which code that leaves it out no longer says
ALTER TABLE public.tenants ALTER COLUMN plan SET DEFAULT 'trial';

-- rewrites_table: each row of `tenants` gets a value of its own
ALTER TABLE public.tenants ADD COLUMN is_free boolean GENERATED ALWAYS AS (plan = 'trial') STORED;

-- weakens_access: `tenants_select` on `tenants` may let more rows through
ALTER POLICY tenants_select ON public.tenants USING (plan = 'trial');

-- file 3 of 3: no transaction

-- builds_index: `tenants_free_idx` on `tenants`
CREATE INDEX CONCURRENTLY IF NOT EXISTS tenants_free_idx__new ON public.tenants (id) WHERE (plan = 'trial');

DROP INDEX CONCURRENTLY IF EXISTS public.tenants_free_idx;
ALTER INDEX IF EXISTS public.tenants_free_idx__new RENAME TO tenants_free_idx;
