COMMENT ON SCHEMA billing IS 'Whoever owns it';
