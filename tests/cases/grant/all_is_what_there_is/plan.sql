-- weakens_access: `case_app` gets all on `notes`
GRANT ALL ON public.notes TO case_app;
