COMMENT ON SEQUENCE public.numbers IS 'new';
