-- rewrites_table: `tenants.id`: bigint becomes integer
-- may_fail: values that do not fit: `tenants.id`: bigint becomes integer
ALTER TABLE public.tenants ALTER COLUMN id TYPE integer USING id::integer;

-- rewrites_table: `orders.tenant_id`: bigint becomes integer
-- may_fail: values that do not fit: `orders.tenant_id`: bigint becomes integer
ALTER TABLE public.orders ALTER COLUMN tenant_id TYPE integer USING tenant_id::integer;
