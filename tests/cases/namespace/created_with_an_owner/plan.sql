-- weakens_access: `case_reader` may make and drop what it likes in `public`
ALTER SCHEMA public OWNER TO case_reader;

CREATE SCHEMA billing;
ALTER SCHEMA billing OWNER TO case_boss;
