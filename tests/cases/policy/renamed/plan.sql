ALTER POLICY notes_own ON public.notes RENAME TO notes_of_tenant;
