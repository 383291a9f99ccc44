-- weakens_access: `case_boss` may make and drop what it likes in `billing`
ALTER SCHEMA billing OWNER TO case_boss;

GRANT USAGE ON SCHEMA billing TO case_app;
