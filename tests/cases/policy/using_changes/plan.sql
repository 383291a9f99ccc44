-- weakens_access: `notes_own` on `notes` may let more rows through
ALTER POLICY notes_own ON public.notes USING ((tenant_id = tenant()) AND (kind = ANY (ARRAY['a'::text, 'b'::text])));
