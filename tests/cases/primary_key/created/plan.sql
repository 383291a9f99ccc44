-- blocks_writes: readers and writers wait while the index is built
-- builds_index: `members_pkey`
-- may_fail: rows with equal or missing values
ALTER TABLE public.members ADD CONSTRAINT members_pkey PRIMARY KEY (user_id);
