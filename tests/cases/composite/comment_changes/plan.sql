COMMENT ON TYPE public.address IS 'new';
