-- builds_index: `members_pkey` on `members`
-- may_fail: rows with equal or missing values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS members_pkey ON public.members (user_id);

ALTER TABLE public.members ADD CONSTRAINT members_pkey PRIMARY KEY USING INDEX members_pkey;
