-- weakens_access: `case_app` gets all on `numbers`
GRANT ALL ON SEQUENCE public.numbers TO case_app;

GRANT SELECT, USAGE ON SEQUENCE public.counted_id_seq TO case_reader;
