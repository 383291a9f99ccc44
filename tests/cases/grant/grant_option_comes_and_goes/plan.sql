-- breaks_code: `case_app` loses the right to pass on select on `notes`
REVOKE GRANT OPTION FOR SELECT ON public.notes FROM case_app;

-- weakens_access: `case_boss` gets insert on `notes`, and may pass it on
GRANT INSERT ON public.notes TO case_boss WITH GRANT OPTION;
