-- breaks_code: `case_app` loses select on `notes`
REVOKE SELECT (id) ON public.notes FROM case_app;

-- weakens_access: `case_app` gets select, update on `notes`
GRANT SELECT (body), UPDATE (body, title) ON public.notes TO case_app;

-- breaks_code: `case_reader` loses the right to pass on update on `notes`
REVOKE GRANT OPTION FOR UPDATE (body) ON public.notes FROM case_reader;
