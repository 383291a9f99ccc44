ALTER TABLE public.notes ALTER CONSTRAINT notes_tenant_fk NOT ENFORCED;
