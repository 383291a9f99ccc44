-- may_fail: rows where `id` is NULL
ALTER TABLE public.rooms ALTER COLUMN id SET NOT NULL;

-- blocks_writes: readers and writers wait while the index is built
-- builds_index: `rooms_pkey`
-- may_fail: rows with equal or missing values
ALTER TABLE public.rooms ADD CONSTRAINT rooms_pkey PRIMARY KEY (id, open WITHOUT OVERLAPS);
