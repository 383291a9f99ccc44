-- weakens_access: `case_app` gets select, insert on `notes`
GRANT SELECT, INSERT ON public.notes TO case_app;
