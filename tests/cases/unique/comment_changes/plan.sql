COMMENT ON CONSTRAINT users_email_unique ON public.users IS 'One account an address';
