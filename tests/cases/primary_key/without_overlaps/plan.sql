-- file 1 of 2: no transaction

-- breaks_code: code that writes no `id`
ALTER TABLE public.rooms ADD CONSTRAINT rooms_id_not_null NOT NULL id NOT VALID;

-- may_fail: rows where `id` is NULL
ALTER TABLE public.rooms VALIDATE CONSTRAINT rooms_id_not_null;

-- file 2 of 2: one transaction

-- blocks_reads: `rooms_pkey` is built
-- builds_index: `rooms_pkey` on `rooms`
-- may_fail: rows with equal or missing values
ALTER TABLE public.rooms ADD CONSTRAINT rooms_pkey PRIMARY KEY (id, open WITHOUT OVERLAPS);
