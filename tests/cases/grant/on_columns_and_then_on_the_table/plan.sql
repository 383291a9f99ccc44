-- breaks_code: `case_app` loses select on `notes`
REVOKE SELECT (title) ON public.notes FROM case_app;

-- weakens_access: `case_app` gets select on `notes`
GRANT SELECT ON public.notes TO case_app;

-- weakens_access: `case_app` gets select on `notes`
GRANT SELECT (id) ON public.notes TO case_app;
