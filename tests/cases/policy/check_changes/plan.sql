-- weakens_access: `notes_own` on `notes` may let more rows through
ALTER POLICY notes_own ON public.notes WITH CHECK ((tenant_id = tenant()) AND (body IS NOT NULL));
