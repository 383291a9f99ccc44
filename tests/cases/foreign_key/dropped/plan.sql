ALTER TABLE public.orders DROP CONSTRAINT orders_tenant_fk;
