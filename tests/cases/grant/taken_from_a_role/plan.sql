-- breaks_code: `case_app` loses select, insert, update, delete, truncate, references, trigger, maintain on `notes`
REVOKE ALL ON public.notes FROM case_app;

-- breaks_code: everybody loses select on `notes`
REVOKE SELECT ON public.notes FROM PUBLIC;
