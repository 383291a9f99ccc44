DROP POLICY notes_own ON public.notes;

-- weakens_access: `notes_own` lets rows of `notes` through
CREATE POLICY notes_own ON public.notes FOR DELETE USING (tenant_id = tenant());

COMMENT ON POLICY notes_own ON public.notes IS 'Own';
