ALTER TABLE public.orders RENAME CONSTRAINT orders_tenant_fk TO orders_belong_to;
