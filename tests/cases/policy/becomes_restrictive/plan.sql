DROP POLICY notes_own ON public.notes;
CREATE POLICY notes_own ON public.notes AS RESTRICTIVE USING (tenant_id = tenant());
