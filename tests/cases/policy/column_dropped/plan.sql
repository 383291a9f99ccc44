-- weakens_access: `notes_own` on `notes` may let more rows through
ALTER POLICY notes_own ON public.notes USING (tenant_id = tenant());

-- deletes_data: every value of `notes.kind`
-- breaks_code: code that names `notes.kind`
ALTER TABLE public.notes DROP COLUMN kind;
