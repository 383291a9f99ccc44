-- file 1 of 3: one transaction

-- breaks_code: `made` is called `created`
ALTER TABLE public.items RENAME COLUMN made TO created;

-- file 2 of 3: one transaction

ALTER TYPE "public"."state" ADD VALUE 'old';

-- file 3 of 3: one transaction

-- breaks_code: queries of `recent`
DROP VIEW public.recent;
