-- file 1 of 2: one transaction

ALTER TABLE public.members RENAME CONSTRAINT members_pkey TO who;

-- file 2 of 2: no transaction

-- builds_index: `who` on `members`
-- may_fail: rows with equal or missing values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS who__new ON public.members (user_id, tenant_id);

-- breaks_code: ON CONFLICT that names the key as it was
ALTER TABLE public.members DROP CONSTRAINT who, ADD CONSTRAINT who PRIMARY KEY USING INDEX who__new;
