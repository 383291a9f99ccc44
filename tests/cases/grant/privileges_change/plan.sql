-- breaks_code: `case_app` loses insert, delete on `notes`
REVOKE INSERT, DELETE ON public.notes FROM case_app;

-- weakens_access: `case_app` gets update on `notes`
GRANT UPDATE ON public.notes TO case_app;
