ALTER TABLE public.tenants DROP CONSTRAINT trial;
ALTER TYPE public.plan RENAME TO plan__old;
CREATE TYPE "public"."plan" AS ENUM ('free', 'pro');

-- rewrites_table: `tenants`
-- may_fail: rows of `tenants` that hold trial
ALTER TABLE public.tenants ALTER COLUMN plan TYPE public.plan USING plan::text::public.plan;

DROP TYPE public.plan__old;
