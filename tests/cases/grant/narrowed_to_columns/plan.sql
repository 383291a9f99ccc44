-- breaks_code: `case_app` loses update on `notes`
REVOKE UPDATE ON public.notes FROM case_app;

GRANT UPDATE (title) ON public.notes TO case_app;
