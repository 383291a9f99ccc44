ALTER TABLE public.posts DROP CONSTRAINT posts_author_id_fkey;

-- breaks_code: rows can be equal; ON CONFLICT and foreign keys need it
ALTER TABLE public.members DROP CONSTRAINT members_pkey;

-- blocks_reads: `members_pkey` is built
-- builds_index: `members_pkey` on `members`
-- may_fail: rows with equal or missing values
ALTER TABLE public.members ADD CONSTRAINT members_pkey PRIMARY KEY (tenant_id, user_id);

-- blocks_reads: `members_user_id_key` is built
-- builds_index: `members_user_id_key` on `members`
-- may_fail: rows with equal values
ALTER TABLE public.members ADD CONSTRAINT members_user_id_key UNIQUE (user_id);

-- blocks_writes: writers of both tables wait while `posts` is checked
-- may_fail: rows that refer to nothing
ALTER TABLE public.posts ADD CONSTRAINT posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.members (user_id);
