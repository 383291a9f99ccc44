-- breaks_code: `id` is called `key`
ALTER TABLE public.items RENAME COLUMN id TO key;

-- weakens_access: `parts_select` on `parts` may let more rows through
ALTER POLICY parts_select ON public.parts USING (item IN (SELECT i.key FROM items i));
