-- may_fail: rows where `tenant_id` is NULL
ALTER TABLE public.members ALTER COLUMN tenant_id SET NOT NULL;

-- may_fail: rows where `user_id` is NULL
ALTER TABLE public.members ALTER COLUMN user_id SET NOT NULL;

-- blocks_writes: readers and writers wait while the index is built
-- builds_index: `members_pkey`
-- may_fail: rows with equal or missing values
ALTER TABLE public.members ADD CONSTRAINT members_pkey PRIMARY KEY (tenant_id, user_id);
