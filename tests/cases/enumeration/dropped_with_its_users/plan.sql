-- deletes_data: every row of `tenants`
-- breaks_code: code that names `tenants`
DROP TABLE public.tenants;

DROP TYPE "public"."plan";
