ALTER TABLE public.orders DROP CONSTRAINT orders_tenant_fk;

-- rewrites_table: `tenants.id`: bigint becomes integer
-- may_fail: values that do not fit: `tenants.id`: bigint becomes integer
ALTER TABLE public.tenants ALTER COLUMN id TYPE integer;

-- rewrites_table: `orders.tenant_id`: bigint becomes integer
-- may_fail: values that do not fit: `orders.tenant_id`: bigint becomes integer
ALTER TABLE public.orders ALTER COLUMN tenant_id TYPE integer;

-- blocks_writes: writers of both tables wait while `orders` is checked
-- may_fail: rows that refer to nothing
ALTER TABLE public.orders ADD CONSTRAINT orders_tenant_fk FOREIGN KEY (tenant_id) REFERENCES public.tenants (id);
