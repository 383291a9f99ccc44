COMMENT ON CONSTRAINT users_email_unique ON public.users IS NULL;
