-- breaks_code: `name` is called `title`
ALTER TABLE public.items RENAME COLUMN name TO title;
