-- builds_index: `users_email_unique` on `users`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_email_unique ON public.users (tenant_id, email) INCLUDE (handle) NULLS NOT DISTINCT;

ALTER TABLE public.users ADD CONSTRAINT users_email_unique UNIQUE USING INDEX users_email_unique DEFERRABLE INITIALLY DEFERRED;
COMMENT ON CONSTRAINT users_email_unique ON public.users IS 'One account an address';
