-- breaks_code: `shares` is called `grants`
ALTER TABLE public.shares RENAME TO grants;

-- weakens_access: `notes_own` on `notes` may let more rows through
ALTER POLICY notes_own ON public.notes USING (EXISTS (SELECT FROM grants AS s WHERE s.note_id = notes.id AND s.tenant_id = tenant()));
