-- file 1 of 2: one transaction

ALTER TABLE public.items ADD COLUMN parent_id bigint;
ALTER TABLE public.items ADD CONSTRAINT items_parent_id_check CHECK (parent_id > 0) NOT VALID;

-- file 2 of 2: no transaction

-- builds_index: `items_parent_id_key` on `items`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS items_parent_id_key ON public.items (parent_id);

ALTER TABLE public.items ADD CONSTRAINT items_parent_id_key UNIQUE USING INDEX items_parent_id_key;

-- builds_index: `items_id_key` on `items`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS items_id_key ON public.items (id);

ALTER TABLE public.items ADD CONSTRAINT items_id_key UNIQUE USING INDEX items_id_key;

-- may_fail: rows that do not satisfy `items_parent_id_check`
ALTER TABLE public.items VALIDATE CONSTRAINT items_parent_id_check;

ALTER TABLE public.items ADD CONSTRAINT items_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.items (id) NOT VALID;

-- may_fail: rows that refer to nothing
ALTER TABLE public.items VALIDATE CONSTRAINT items_parent_id_fkey;
