-- breaks_code: `shares` is called `grants`
ALTER TABLE public.shares RENAME TO grants;
