-- builds_index: `members_pkey` on `members`
-- may_fail: rows with equal or missing values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS members_pkey__new ON public.members (user_id) INCLUDE (email);

ALTER TABLE public.members DROP CONSTRAINT members_pkey, ADD CONSTRAINT members_pkey PRIMARY KEY USING INDEX members_pkey__new;
