-- breaks_code: `id` is called `key`
ALTER TABLE public.members RENAME COLUMN id TO key;
