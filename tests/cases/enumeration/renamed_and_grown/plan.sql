-- file 1 of 2: one transaction

-- breaks_code: `plan` is called `tier`
ALTER TYPE public.plan RENAME TO tier;

-- file 2 of 2: one transaction

ALTER TYPE "public"."tier" ADD VALUE 'max';
