-- may_fail: rows that refer to nothing
ALTER TABLE public.orders VALIDATE CONSTRAINT orders_tenant_fk;
