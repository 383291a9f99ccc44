DROP POLICY notes_own ON public.notes;

-- weakens_access: `notes_own` lets rows of `notes` through
CREATE POLICY notes_own ON public.notes FOR INSERT WITH CHECK (tenant_id = tenant());
