GRANT EXECUTE ON FUNCTION public.one() TO case_app;

-- breaks_code: everybody loses execute on `one`
REVOKE EXECUTE ON FUNCTION public.one() FROM PUBLIC;

-- weakens_access: `case_app` gets execute on `two`, and may pass it on
GRANT EXECUTE ON PROCEDURE public.two() TO case_app WITH GRANT OPTION;
