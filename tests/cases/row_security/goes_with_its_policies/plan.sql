-- weakens_access: every row of `notes` is open to all who may read it
ALTER TABLE public.notes DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

DROP POLICY notes_own ON public.notes;
