-- weakens_access: `notes_own` no longer restricts `notes`
DROP POLICY notes_own ON public.notes;

-- weakens_access: `notes_own` lets rows of `notes` through
CREATE POLICY notes_own ON public.notes USING (tenant_id = tenant());
