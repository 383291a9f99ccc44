ALTER TABLE public.orders DROP CONSTRAINT orders_tenant_fk;

-- breaks_code: rows can be equal; ON CONFLICT and foreign keys need it
ALTER TABLE public.tenants DROP CONSTRAINT tenants_pkey;

-- blocks_reads: `tenants_pkey` is built
-- builds_index: `tenants_pkey` on `tenants`
-- may_fail: rows with equal or missing values
ALTER TABLE public.tenants ADD CONSTRAINT tenants_pkey PRIMARY KEY (id) INCLUDE (code);

-- blocks_writes: writers of both tables wait while `orders` is checked
-- may_fail: rows that refer to nothing
ALTER TABLE public.orders ADD CONSTRAINT orders_tenant_fk FOREIGN KEY (tenant_id) REFERENCES public.tenants (id);
