ALTER TABLE public.logins DROP CONSTRAINT logins_email_fkey;

-- breaks_code: rows can be equal; ON CONFLICT and foreign keys need it
ALTER TABLE public.users DROP CONSTRAINT users_email_unique;

-- blocks_reads: `users_email_unique` is built
-- builds_index: `users_email_unique` on `users`
-- may_fail: rows with equal values
ALTER TABLE public.users ADD CONSTRAINT users_email_unique UNIQUE NULLS NOT DISTINCT (email);

-- blocks_writes: writers of both tables wait while `logins` is checked
-- may_fail: rows that refer to nothing
ALTER TABLE public.logins ADD CONSTRAINT logins_email_fkey FOREIGN KEY (email) REFERENCES public.users (email);
