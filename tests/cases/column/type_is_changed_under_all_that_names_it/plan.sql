DROP POLICY items_select ON public.items;
DROP POLICY parts_select ON public.parts;
DROP INDEX public.items_half_idx;
ALTER TABLE public.items DROP CONSTRAINT items_parent_id_fkey;
ALTER TABLE public.parts DROP CONSTRAINT parts_item_id_fkey;

-- rewrites_table: its values are computed again
ALTER TABLE public.items DROP COLUMN double;

-- rewrites_table: `items.id`: integer becomes bigint
ALTER TABLE public.items ALTER COLUMN id TYPE bigint;

ALTER TABLE public.items ALTER COLUMN size DROP DEFAULT;

-- rewrites_table: `items.size`: integer becomes bigint
ALTER TABLE public.items ALTER COLUMN size TYPE bigint;

ALTER TABLE public.items ALTER COLUMN size SET DEFAULT 0;

-- rewrites_table: each row of `items` gets a value of its own
ALTER TABLE public.items ADD COLUMN double bigint GENERATED ALWAYS AS (size * 2) STORED;

-- rewrites_table: `items.parent_id`: integer becomes bigint
ALTER TABLE public.items ALTER COLUMN parent_id TYPE bigint;

-- rewrites_table: `parts.item_id`: integer becomes bigint
ALTER TABLE public.parts ALTER COLUMN item_id TYPE bigint;

-- blocks_writes: writers of both tables wait while `items` is checked
-- may_fail: rows that refer to nothing
ALTER TABLE public.items ADD CONSTRAINT items_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.items (id);

-- blocks_writes: writers of both tables wait while `parts` is checked
-- may_fail: rows that refer to nothing
ALTER TABLE public.parts ADD CONSTRAINT parts_item_id_fkey FOREIGN KEY (item_id) REFERENCES public.items (id);

-- blocks_writes: `items_half_idx` is built
-- builds_index: `items_half_idx` on `items`
CREATE INDEX items_half_idx ON public.items ((size / 2), double);

CREATE POLICY items_select ON public.items FOR SELECT USING (size > 0);
CREATE POLICY parts_select ON public.parts FOR SELECT USING (EXISTS (SELECT FROM items i WHERE i.id = item_id AND i.size > 0));
