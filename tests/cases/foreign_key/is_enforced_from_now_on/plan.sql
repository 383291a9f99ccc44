-- may_fail: rows that refer to nothing
ALTER TABLE public.notes ALTER CONSTRAINT notes_tenant_fk ENFORCED;
