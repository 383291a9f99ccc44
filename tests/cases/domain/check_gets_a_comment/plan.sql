COMMENT ON CONSTRAINT email_at ON DOMAIN public.email IS 'Not empty';
