DROP POLICY notes_own ON public.notes;
