ALTER TABLE public.users RENAME CONSTRAINT users_email_unique TO users_address_key;

-- breaks_code: rows can be equal; ON CONFLICT and foreign keys need it
ALTER TABLE public.users DROP CONSTRAINT users_address_key;

-- blocks_writes: readers and writers wait while the index is built
-- builds_index: `users_address_key`
-- may_fail: rows with equal values
ALTER TABLE public.users ADD CONSTRAINT users_address_key UNIQUE NULLS NOT DISTINCT (email);
