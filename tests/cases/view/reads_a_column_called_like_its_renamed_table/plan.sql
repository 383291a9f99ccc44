-- breaks_code: `made` is called `created`
ALTER TABLE public.made RENAME TO created;
