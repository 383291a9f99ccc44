-- breaks_code: rows can be equal; ON CONFLICT and foreign keys need it
ALTER TABLE public.users DROP CONSTRAINT users_email_unique;

-- blocks_writes: readers and writers wait while the index is built
-- builds_index: `users_email_unique`
-- may_fail: rows with equal values
ALTER TABLE public.users ADD CONSTRAINT users_email_unique UNIQUE (email, tenant_id);
