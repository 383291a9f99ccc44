DROP POLICY notes_own ON public.notes;
CREATE POLICY notes_own ON public.notes AS RESTRICTIVE FOR UPDATE TO pg_monitor WITH CHECK (tenant_id = tenant());
COMMENT ON POLICY notes_own ON public.notes IS 'Checked';
