ALTER TABLE public.orders DROP CONSTRAINT orders_tenant_fk;

-- breaks_code: rows can be equal; ON CONFLICT needs it
DROP INDEX public.tenants_code_idx;

-- blocks_writes: `tenants_code_idx` is built
-- builds_index: `tenants_code_idx` on `tenants`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX tenants_code_idx ON public.tenants (code) INCLUDE (region);

-- blocks_writes: writers of both tables wait while `orders` is checked
-- may_fail: rows that refer to nothing
ALTER TABLE public.orders ADD CONSTRAINT orders_tenant_fk FOREIGN KEY (tenant_id) REFERENCES public.tenants (code);
