-- weakens_access: `notes_read` lets rows of `notes` through
CREATE POLICY notes_read ON public.notes FOR SELECT USING (true);

DROP POLICY notes_own ON public.notes;
CREATE POLICY notes_own ON public.notes AS RESTRICTIVE USING (tenant_id = tenant());
ALTER TABLE public.notes FORCE ROW LEVEL SECURITY;
