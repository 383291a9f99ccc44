ALTER POLICY notes_own ON public.notes TO pg_monitor;
