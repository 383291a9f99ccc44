-- file 1 of 2: one transaction

ALTER TABLE public.notes DROP CONSTRAINT notes_tenant_fk;

-- breaks_code: rows of `tenants` cannot go while rows of `notes` refer to them
ALTER TABLE public.notes ADD CONSTRAINT notes_tenant_fk FOREIGN KEY (tenant_id) REFERENCES public.tenants (id) ON DELETE RESTRICT NOT VALID;

-- file 2 of 2: no transaction

-- may_fail: rows that refer to nothing
ALTER TABLE public.notes VALIDATE CONSTRAINT notes_tenant_fk;
