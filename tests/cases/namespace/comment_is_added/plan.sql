COMMENT ON SCHEMA billing IS 'What customers owe';
