-- file 1 of 2: one transaction

ALTER TABLE public.users RENAME CONSTRAINT users_email_unique TO users_address_key;

-- file 2 of 2: no transaction

-- builds_index: `users_address_key` on `users`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_address_key__new ON public.users (email) NULLS NOT DISTINCT;

ALTER TABLE public.users DROP CONSTRAINT users_address_key, ADD CONSTRAINT users_address_key UNIQUE USING INDEX users_address_key__new;
