DROP POLICY notes_own ON public.notes;

-- weakens_access: `notes_select` lets rows of `notes` through
CREATE POLICY notes_select ON public.notes FOR SELECT USING (tenant_id = tenant());

-- weakens_access: `notes_insert` lets rows of `notes` through
CREATE POLICY notes_insert ON public.notes FOR INSERT WITH CHECK (tenant_id = tenant());

-- weakens_access: `notes_update` lets rows of `notes` through
CREATE POLICY notes_update ON public.notes FOR UPDATE USING (tenant_id = tenant()) WITH CHECK (tenant_id = tenant());

-- weakens_access: `notes_delete` lets rows of `notes` through
CREATE POLICY notes_delete ON public.notes FOR DELETE USING (tenant_id = tenant());
