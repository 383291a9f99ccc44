ALTER TABLE public.orders DROP CONSTRAINT orders_tenant_fk;

-- deletes_data: every row of `tenants`
DROP TABLE public.tenants;
