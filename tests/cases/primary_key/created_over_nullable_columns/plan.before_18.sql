-- breaks_code: code that writes no `tenant_id`
ALTER TABLE public.members ADD CONSTRAINT members_tenant_id_not_null CHECK (tenant_id IS NOT NULL) NOT VALID;

-- may_fail: rows where `tenant_id` is NULL
ALTER TABLE public.members VALIDATE CONSTRAINT members_tenant_id_not_null;

ALTER TABLE public.members ALTER COLUMN tenant_id SET NOT NULL;
ALTER TABLE public.members DROP CONSTRAINT members_tenant_id_not_null;

-- breaks_code: code that writes no `user_id`
ALTER TABLE public.members ADD CONSTRAINT members_user_id_not_null CHECK (user_id IS NOT NULL) NOT VALID;

-- may_fail: rows where `user_id` is NULL
ALTER TABLE public.members VALIDATE CONSTRAINT members_user_id_not_null;

ALTER TABLE public.members ALTER COLUMN user_id SET NOT NULL;
ALTER TABLE public.members DROP CONSTRAINT members_user_id_not_null;

-- builds_index: `members_pkey` on `members`
-- may_fail: rows with equal or missing values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS members_pkey ON public.members (tenant_id, user_id);

ALTER TABLE public.members ADD CONSTRAINT members_pkey PRIMARY KEY USING INDEX members_pkey;
