ALTER TABLE public.members RENAME CONSTRAINT members_pkey TO who;

-- breaks_code: rows can be equal; ON CONFLICT and foreign keys need it
ALTER TABLE public.members DROP CONSTRAINT who;

-- blocks_writes: readers and writers wait while the index is built
-- builds_index: `who`
-- may_fail: rows with equal or missing values
ALTER TABLE public.members ADD CONSTRAINT who PRIMARY KEY (user_id, tenant_id);
