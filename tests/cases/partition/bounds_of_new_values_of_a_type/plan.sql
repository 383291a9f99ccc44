-- file 1 of 2: one transaction

ALTER TYPE "public"."plan" ADD VALUE 'trial' AFTER 'free';

-- file 2 of 2: one transaction

ALTER TABLE public.places DETACH PARTITION public.places_1;
ALTER TABLE public.tenants DETACH PARTITION public.tenants_free;
ALTER DOMAIN public.region DROP CONSTRAINT region_check;

-- may_fail: values that do not satisfy `region_check`
ALTER DOMAIN public.region ADD CONSTRAINT region_check CHECK (VALUE < 100);

CREATE TABLE public.tenants_pro PARTITION OF public.tenants FOR VALUES IN ('pro');

-- blocks_reads: every row of `tenants_free` is read
-- may_fail: rows of `tenants_free` that do not belong there
ALTER TABLE public.tenants ATTACH PARTITION public.tenants_free FOR VALUES IN ('free', 'trial');

-- blocks_reads: every row of `places_1` is read
-- may_fail: rows of `places_1` that do not belong there
ALTER TABLE public.places ATTACH PARTITION public.places_1 FOR VALUES IN (1, 50);
