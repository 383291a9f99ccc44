-- breaks_code: `title` is called `name`
ALTER TABLE public.docs RENAME COLUMN title TO name;
