ALTER TABLE public.orders DROP CONSTRAINT orders_tenant_id_fkey;
ALTER TABLE public.tenants DROP CONSTRAINT tenants_last_order_fkey;
