-- breaks_code: `case_app` loses all on `notes`
REVOKE ALL ON public.notes FROM case_app;

-- breaks_code: everybody loses select on `notes`
REVOKE SELECT ON public.notes FROM PUBLIC;
