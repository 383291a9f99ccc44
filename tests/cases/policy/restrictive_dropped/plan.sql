-- weakens_access: `notes_not_secret` no longer restricts `notes`
DROP POLICY notes_not_secret ON public.notes;
