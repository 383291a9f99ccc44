COMMENT ON AGGREGATE public.total(integer) IS 'Adds up';
