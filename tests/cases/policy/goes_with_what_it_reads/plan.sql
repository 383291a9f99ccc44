DROP POLICY reads_a ON public.b;
DROP POLICY reads_c ON public.b;
DROP POLICY reads_b ON public.c;

-- deletes_data: every value of `a.gone`
-- breaks_code: code that names `a.gone`
ALTER TABLE public.a DROP COLUMN gone;

-- deletes_data: every row of `b`
-- breaks_code: code that names `b`
DROP TABLE public.b;

-- deletes_data: every row of `c`
-- breaks_code: code that names `c`
DROP TABLE public.c;
