ALTER TABLE public.orders DROP CONSTRAINT orders_tenant_fk;
ALTER TABLE public.orders ADD CONSTRAINT orders_tenant_fk FOREIGN KEY (tenant_id) REFERENCES public.tenants (id) NOT VALID;
