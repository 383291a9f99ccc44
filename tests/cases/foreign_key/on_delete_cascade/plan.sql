ALTER TABLE public.orders DROP CONSTRAINT orders_tenant_fk;

-- blocks_writes: writers of both tables wait while `orders` is checked
-- may_fail: rows that refer to nothing
-- deletes_data: rows of `orders` go with the rows of `tenants`
ALTER TABLE public.orders ADD CONSTRAINT orders_tenant_fk FOREIGN KEY (tenant_id) REFERENCES public.tenants (id) ON DELETE CASCADE;
