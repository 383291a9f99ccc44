ALTER TABLE public.orders ALTER CONSTRAINT orders_tenant_fk NOT DEFERRABLE;
