COMMENT ON DOMAIN public.email IS 'new';
