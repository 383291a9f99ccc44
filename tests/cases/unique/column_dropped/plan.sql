-- file 1 of 2: no transaction

-- builds_index: `users_email_unique` on `users`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_email_unique__new ON public.users (email);

-- breaks_code: ON CONFLICT that names the key as it was
ALTER TABLE public.users DROP CONSTRAINT users_email_unique, ADD CONSTRAINT users_email_unique UNIQUE USING INDEX users_email_unique__new;

-- file 2 of 2: one transaction

-- deletes_data: every value of `users.tenant_id`
-- breaks_code: code that names `users.tenant_id`
ALTER TABLE public.users DROP COLUMN tenant_id;
