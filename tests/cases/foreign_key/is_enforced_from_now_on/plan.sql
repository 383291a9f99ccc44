-- blocks_writes: writers of both tables wait while `notes` is checked
-- may_fail: rows that refer to nothing
ALTER TABLE public.notes ALTER CONSTRAINT notes_tenant_fk ENFORCED;
