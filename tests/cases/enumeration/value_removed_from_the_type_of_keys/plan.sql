ALTER TABLE public.tenants DROP CONSTRAINT tenants_plan_fkey;
ALTER TYPE public.plan RENAME TO plan__old;
CREATE TYPE "public"."plan" AS ENUM ('free', 'pro');

-- rewrites_table: `plans`
-- may_fail: rows of `plans` that hold starter
ALTER TABLE public.plans ALTER COLUMN plan TYPE public.plan USING plan::text::public.plan;

-- rewrites_table: `tenants`
-- may_fail: rows of `tenants` that hold starter
ALTER TABLE public.tenants ALTER COLUMN plan TYPE public.plan USING plan::text::public.plan;

DROP TYPE public.plan__old;

-- blocks_writes: writers of both tables wait while `tenants` is checked
-- may_fail: rows that refer to nothing
ALTER TABLE public.tenants ADD CONSTRAINT tenants_plan_fkey FOREIGN KEY (plan) REFERENCES public.plans (plan);
