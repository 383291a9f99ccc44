COMMENT ON SCHEMA billing IS 'What customers'' accounts owe';
