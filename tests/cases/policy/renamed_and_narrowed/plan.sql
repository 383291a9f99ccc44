ALTER POLICY notes_own ON public.notes RENAME TO notes_of_tenant;
DROP POLICY notes_of_tenant ON public.notes;

-- weakens_access: `notes_of_tenant` lets rows of `notes` through
CREATE POLICY notes_of_tenant ON public.notes FOR SELECT USING (tenant_id = tenant());
