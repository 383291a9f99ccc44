-- breaks_code: `id` is called `key`
ALTER TABLE public.items RENAME COLUMN id TO key;
