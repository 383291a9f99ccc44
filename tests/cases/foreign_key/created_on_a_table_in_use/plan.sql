ALTER TABLE public.orders ADD CONSTRAINT orders_tenant_fk FOREIGN KEY (tenant_id) REFERENCES public.tenants (id) NOT VALID;

-- may_fail: rows that refer to nothing
ALTER TABLE public.orders VALIDATE CONSTRAINT orders_tenant_fk;
