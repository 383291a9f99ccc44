ALTER TABLE public.parts DROP CONSTRAINT parts_item_id_fkey;

-- rewrites_table: `items.id`: text becomes uuid
-- may_fail: values that do not fit: `items.id`: text becomes uuid
ALTER TABLE public.items ALTER COLUMN id TYPE uuid USING id::uuid;

-- rewrites_table: `parts.item_id`: text becomes uuid
-- may_fail: values that do not fit: `parts.item_id`: text becomes uuid
ALTER TABLE public.parts ALTER COLUMN item_id TYPE uuid USING item_id::uuid;

-- blocks_writes: writers of both tables wait while `parts` is checked
-- may_fail: rows that refer to nothing
ALTER TABLE public.parts ADD CONSTRAINT parts_item_id_fkey FOREIGN KEY (item_id) REFERENCES public.items (id);
