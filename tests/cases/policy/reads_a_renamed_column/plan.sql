-- breaks_code: `tenant_id` is called `owner_id`
ALTER TABLE public.shares RENAME COLUMN tenant_id TO owner_id;

-- weakens_access: `notes_own` on `notes` may let more rows through
ALTER POLICY notes_own ON public.notes USING (EXISTS (SELECT FROM shares AS s WHERE s.note_id = notes.id AND s.owner_id = tenant()));
