-- breaks_code: `b` is called `b_old1`
ALTER VIEW public.b RENAME TO b_old1;

-- breaks_code: `a` is called `b`
ALTER TABLE public.a RENAME TO b;

-- breaks_code: `b_old1` is called `a`
ALTER VIEW public.b_old1 RENAME TO a;
