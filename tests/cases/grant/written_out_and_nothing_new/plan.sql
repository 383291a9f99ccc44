-- breaks_code: `case_app` loses select on `notes`
REVOKE SELECT ON public.notes FROM case_app;

-- breaks_code: `case_app` loses select on `tasks`
REVOKE SELECT (id) ON public.tasks FROM case_app;

GRANT ALL ON SCHEMA app TO CURRENT_USER;
GRANT USAGE ON TYPE public.plan TO CURRENT_USER;
GRANT EXECUTE ON FUNCTION public.answer() TO CURRENT_USER;
GRANT EXECUTE ON PROCEDURE public.nothing() TO CURRENT_USER;
GRANT ALL ON SEQUENCE public.tasks_id_seq TO CURRENT_USER;
GRANT ALL ON public.tasks TO CURRENT_USER;
