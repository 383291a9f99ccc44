-- deletes_data: every row of `tenants`
DROP TABLE public.tenants;

DROP TYPE "public"."plan";
