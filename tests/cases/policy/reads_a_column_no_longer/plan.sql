-- weakens_access: `notes_own` on `notes` may let more rows through
ALTER POLICY notes_own ON public.notes USING (EXISTS ( SELECT
   FROM shares s
  WHERE ((s.note_id = notes.id) AND (s.tenant_id = tenant()))));

-- deletes_data: every value of `shares.active`
-- breaks_code: code that names `shares.active`
ALTER TABLE public.shares DROP COLUMN active;
