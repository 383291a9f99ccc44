COMMENT ON CONSTRAINT orders_tenant_fk ON public.orders IS 'Whose it is';
