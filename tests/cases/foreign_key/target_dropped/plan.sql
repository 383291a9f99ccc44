ALTER TABLE public.orders DROP CONSTRAINT orders_tenant_fk;

-- deletes_data: every row of `tenants`
-- breaks_code: code that names `tenants`
DROP TABLE public.tenants;
