-- file 1 of 3: one transaction

DROP INDEX public.items_open_idx;
ALTER TABLE public.items DROP CONSTRAINT items_parent_id_fkey;
ALTER TABLE public.links DROP CONSTRAINT links_kind_fkey;
ALTER TABLE public.items DROP CONSTRAINT items_kind_check;

-- breaks_code: rows can be equal; ON CONFLICT and foreign keys need it
ALTER TABLE public.items DROP CONSTRAINT items_kind_key;

-- deletes_data: every value of `items.parent_id`
-- breaks_code: code that names `items.parent_id`
ALTER TABLE public.items DROP COLUMN parent_id;

-- deletes_data: every value of `items.shown`
-- breaks_code: code that names `items.shown`
ALTER TABLE public.items DROP COLUMN shown;

-- weakens_access: `items_select` on `items` may let more rows through
ALTER POLICY items_select ON public.items USING (id > 0);

-- file 2 of 3: no transaction

-- builds_index: `items_kind_id_idx` on `items`
CREATE INDEX CONCURRENTLY IF NOT EXISTS items_kind_id_idx__new ON public.items (id);

DROP INDEX CONCURRENTLY IF EXISTS public.items_kind_id_idx;
ALTER INDEX IF EXISTS public.items_kind_id_idx__new RENAME TO items_kind_id_idx;

-- file 3 of 3: one transaction

-- deletes_data: every value of `items.kind`
-- breaks_code: code that names `items.kind`
ALTER TABLE public.items DROP COLUMN kind;
