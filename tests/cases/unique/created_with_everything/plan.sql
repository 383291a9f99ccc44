-- blocks_writes: readers and writers wait while the index is built
-- builds_index: `users_email_unique`
-- may_fail: rows with equal values
ALTER TABLE public.users ADD CONSTRAINT users_email_unique UNIQUE NULLS NOT DISTINCT (tenant_id, email) INCLUDE (handle) DEFERRABLE INITIALLY DEFERRED;

COMMENT ON CONSTRAINT users_email_unique ON public.users IS 'One account an address';
