COMMENT ON SEQUENCE public.items_id_seq IS 'counts items';
GRANT SELECT, USAGE ON SEQUENCE public.items_id_seq TO case_app;
