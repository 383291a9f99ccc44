-- breaks_code: `case_app` loses select on `notes`
REVOKE SELECT (title) ON public.notes FROM case_app;

GRANT SELECT ON public.notes TO case_app;
GRANT SELECT (id) ON public.notes TO case_app;
