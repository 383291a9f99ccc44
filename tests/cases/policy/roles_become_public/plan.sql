-- weakens_access: `notes_own` on `notes` may let more rows through
ALTER POLICY notes_own ON public.notes TO PUBLIC;
