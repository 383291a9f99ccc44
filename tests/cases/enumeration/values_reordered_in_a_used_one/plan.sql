DROP POLICY tenants_select ON public.tenants;
DROP INDEX public.tenants_free_idx;
ALTER TABLE public.tenants DROP CONSTRAINT tenants_plan_check;

-- rewrites_table: its values are computed again
ALTER TABLE public.tenants DROP COLUMN is_free;

-- weakens_access: policies of `tenants` read values of `plan`, which come in another order
ALTER TYPE public.plan RENAME TO plan__old;

CREATE TYPE "public"."plan" AS ENUM ('pro', 'starter', 'free');
ALTER TABLE public.tenants ALTER COLUMN plan DROP DEFAULT;

-- rewrites_table: `tenants`
ALTER TABLE public.tenants ALTER COLUMN plan TYPE public.plan USING plan::text::public.plan;

ALTER TABLE public.tenants ALTER COLUMN plan SET DEFAULT 'free'::plan;
ALTER TABLE public.tenants ALTER COLUMN past_plans DROP DEFAULT;

-- rewrites_table: `tenants`
ALTER TABLE public.tenants ALTER COLUMN past_plans TYPE public.plan[] USING past_plans::text[]::public.plan[];

ALTER TABLE public.tenants ALTER COLUMN past_plans SET DEFAULT '{}'::plan[];
DROP TYPE public.plan__old;

-- rewrites_table: each row of `tenants` gets a value of its own
ALTER TABLE public.tenants ADD COLUMN is_free boolean GENERATED ALWAYS AS (plan = 'free'::plan) STORED;

-- blocks_reads: every row of `tenants` is checked
-- may_fail: rows that do not satisfy `tenants_plan_check`
ALTER TABLE public.tenants ADD CONSTRAINT tenants_plan_check CHECK ((plan <> 'pro'::plan) OR (id > 0));

-- blocks_writes: `tenants_free_idx` is built
-- builds_index: `tenants_free_idx` on `tenants`
CREATE INDEX tenants_free_idx ON public.tenants (id) WHERE (plan = 'free'::plan);

CREATE POLICY tenants_select ON public.tenants FOR SELECT USING (plan = 'free'::plan);
