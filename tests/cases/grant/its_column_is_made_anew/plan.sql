ALTER TABLE public.notes ALTER COLUMN twice DROP EXPRESSION;
ALTER TABLE public.notes ALTER COLUMN twice SET DEFAULT 2;

-- breaks_code: `case_app` loses update on `notes`
REVOKE UPDATE ON public.notes FROM case_app;
