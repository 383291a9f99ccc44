ALTER TABLE public.notes DROP CONSTRAINT notes_tenant_fk;

-- blocks_writes: writers of both tables wait while `notes` is checked
-- may_fail: rows that refer to nothing
-- breaks_code: rows of `tenants` cannot go while rows of `notes` refer to them
ALTER TABLE public.notes ADD CONSTRAINT notes_tenant_fk FOREIGN KEY (tenant_id) REFERENCES public.tenants (id) ON DELETE RESTRICT;
