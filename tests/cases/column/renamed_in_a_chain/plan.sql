-- breaks_code: `a` is called `a2`
ALTER TABLE public.notes RENAME COLUMN a TO a2;

-- breaks_code: `n` is called `a`
ALTER TABLE public.notes RENAME COLUMN n TO a;
