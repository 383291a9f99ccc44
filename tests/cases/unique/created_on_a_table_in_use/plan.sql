-- builds_index: `users_email_unique` on `users`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_email_unique ON public.users (email);

ALTER TABLE public.users ADD CONSTRAINT users_email_unique UNIQUE USING INDEX users_email_unique;
