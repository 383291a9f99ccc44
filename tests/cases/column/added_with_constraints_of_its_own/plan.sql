ALTER TABLE public.items ADD COLUMN parent_id bigint;

-- blocks_writes: readers and writers wait while the index is built
-- builds_index: `items_parent_id_key`
-- may_fail: rows with equal values
ALTER TABLE public.items ADD CONSTRAINT items_parent_id_key UNIQUE (parent_id);

-- blocks_writes: readers and writers wait while the index is built
-- builds_index: `items_id_key`
-- may_fail: rows with equal values
ALTER TABLE public.items ADD CONSTRAINT items_id_key UNIQUE (id);

-- blocks_writes: readers and writers wait while every row is checked
-- may_fail: rows that do not satisfy `items_parent_id_check`
ALTER TABLE public.items ADD CONSTRAINT items_parent_id_check CHECK (parent_id > 0);

-- blocks_writes: writers of both tables wait while `items` is checked
-- may_fail: rows that refer to nothing
ALTER TABLE public.items ADD CONSTRAINT items_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.items (id);
