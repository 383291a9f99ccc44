-- breaks_code: everybody loses usage on `plan`
REVOKE USAGE ON TYPE public.plan FROM PUBLIC;

GRANT USAGE ON DOMAIN public.email TO case_app;

-- breaks_code: everybody loses usage on `email`
REVOKE USAGE ON DOMAIN public.email FROM PUBLIC;

-- weakens_access: `case_app` gets usage on `place`, and may pass it on
GRANT USAGE ON TYPE public.place TO case_app WITH GRANT OPTION;
