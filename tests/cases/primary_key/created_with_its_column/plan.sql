-- rewrites_table: each row of `members` gets a value of its own
ALTER TABLE public.members ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY NOT NULL;

-- blocks_writes: readers and writers wait while the index is built
-- builds_index: `members_pkey`
-- may_fail: rows with equal or missing values
ALTER TABLE public.members ADD CONSTRAINT members_pkey PRIMARY KEY (id);
