ALTER TABLE public.orders DROP CONSTRAINT orders_tenant_fk;

-- breaks_code: rows can be equal; ON CONFLICT and foreign keys need it
ALTER TABLE public.tenants DROP CONSTRAINT tenants_code_key;

-- blocks_reads: `tenants_code_key` is built
-- builds_index: `tenants_code_key` on `tenants`
-- may_fail: rows with equal values
ALTER TABLE public.tenants ADD CONSTRAINT tenants_code_key UNIQUE (code) INCLUDE (region);

-- blocks_writes: writers of both tables wait while `orders` is checked
-- may_fail: rows that refer to nothing
ALTER TABLE public.orders ADD CONSTRAINT orders_tenant_fk FOREIGN KEY (tenant_id) REFERENCES public.tenants (code);
