-- breaks_code: `size` is called `length`
ALTER TABLE public.notes RENAME COLUMN size TO length;
