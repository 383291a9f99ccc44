-- file 1 of 2: one transaction

-- breaks_code: rows can be equal; ON CONFLICT and foreign keys need it
ALTER TABLE public.users DROP CONSTRAINT users_email_unique;

-- file 2 of 2: no transaction

-- builds_index: `users_email_unique` on `users`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_email_unique ON public.users (email);
