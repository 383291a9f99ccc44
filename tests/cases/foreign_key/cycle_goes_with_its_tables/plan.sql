ALTER TABLE public.orders DROP CONSTRAINT orders_tenant_id_fkey;
ALTER TABLE public.tenants DROP CONSTRAINT tenants_last_order_fkey;

-- deletes_data: every row of `orders`
-- breaks_code: code that names `orders`
DROP TABLE public.orders;

-- deletes_data: every row of `tenants`
-- breaks_code: code that names `tenants`
DROP TABLE public.tenants;
