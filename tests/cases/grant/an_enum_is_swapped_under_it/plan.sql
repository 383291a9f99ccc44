ALTER TYPE public.plan RENAME TO plan__old;
CREATE TYPE "public"."plan" AS ENUM ('a');

-- rewrites_table: `t`
-- may_fail: rows of `t` that hold b
ALTER TABLE public.t ALTER COLUMN plan TYPE public.plan USING plan::text::public.plan;

DROP TYPE public.plan__old;
GRANT USAGE ON TYPE public.plan TO case_reader;
REVOKE USAGE ON TYPE public.plan FROM PUBLIC;
