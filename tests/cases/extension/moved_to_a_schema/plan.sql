-- breaks_code: names of its objects change
ALTER EXTENSION pg_trgm SET SCHEMA tools;
