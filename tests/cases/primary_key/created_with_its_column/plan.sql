-- file 1 of 2: one transaction

-- rewrites_table: each row of `members` gets a value of its own
ALTER TABLE public.members ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY NOT NULL;

-- file 2 of 2: no transaction

-- builds_index: `members_pkey` on `members`
-- may_fail: rows with equal or missing values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS members_pkey ON public.members (id);

ALTER TABLE public.members ADD CONSTRAINT members_pkey PRIMARY KEY USING INDEX members_pkey;
