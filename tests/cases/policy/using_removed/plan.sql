DROP POLICY notes_own ON public.notes;

-- weakens_access: `notes_own` lets rows of `notes` through
CREATE POLICY notes_own ON public.notes WITH CHECK (tenant_id = tenant());
