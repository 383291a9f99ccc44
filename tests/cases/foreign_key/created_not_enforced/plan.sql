ALTER TABLE public.notes ADD CONSTRAINT notes_tenant_fk FOREIGN KEY (tenant_id) REFERENCES public.tenants (id) NOT ENFORCED;
