COMMENT ON TYPE public.plan IS 'What a tenant pays for';
