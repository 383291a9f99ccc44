DROP VIEW public.offered;

-- breaks_code: calls of `plan_of`
DROP FUNCTION public.plan_of(offer);

ALTER TYPE public.plan RENAME TO plan__old;
CREATE TYPE "public"."plan" AS ENUM ('free', 'pro');
ALTER TABLE public.accounts ALTER COLUMN plan DROP DEFAULT;

-- rewrites_table: `accounts`
-- may_fail: rows of `accounts` that hold old
ALTER TABLE public.accounts ALTER COLUMN plan TYPE public.plan USING plan::text::public.plan;

ALTER TABLE public.accounts ALTER COLUMN plan SET DEFAULT 'free'::plan;
ALTER TYPE public.plan_said RENAME TO plan_said__old;
CREATE DOMAIN public.plan_said AS plan DEFAULT 'free'::plan CONSTRAINT plan_not_pro CHECK (VALUE <> 'pro'::plan);

-- rewrites_table: `accounts`
ALTER TABLE public.accounts ALTER COLUMN said TYPE public.plan_said USING said::text::public.plan_said;

DROP TYPE public.plan_said__old;
ALTER TYPE public.offer RENAME TO offer__old;
CREATE TYPE public.offer AS (plan plan, price integer);

-- rewrites_table: `accounts`
ALTER TABLE public.accounts ALTER COLUMN offer TYPE public.offer USING CASE WHEN offer IS DISTINCT FROM NULL THEN ROW((offer).plan::text::plan, (offer).price::text::integer)::public.offer END;

ALTER TYPE public.offers RENAME TO offers__old;
CREATE TYPE public.offers AS (first offer, rest offer[]);

-- rewrites_table: `accounts`
ALTER TABLE public.accounts ALTER COLUMN "all" TYPE public.offers[] USING "all"::text[]::public.offers[];

DROP TYPE public.offers__old;
DROP TYPE public.offer__old;
DROP TYPE public.plan__old;

CREATE FUNCTION public.plan_of(of offer)
RETURNS plan
LANGUAGE sql
AS $$SELECT (of).plan$$;

CREATE VIEW public.offered AS
SELECT (offer).plan AS plan
   FROM accounts;
