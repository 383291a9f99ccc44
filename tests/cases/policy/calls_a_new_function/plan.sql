CREATE FUNCTION public.tenant()
RETURNS uuid
LANGUAGE sql STABLE
AS $$SELECT NULLIF(current_setting('app.tenant', true), '')::uuid$$;

-- weakens_access: `notes_own` on `notes` may let more rows through
ALTER POLICY notes_own ON public.notes USING (tenant_id = tenant());
