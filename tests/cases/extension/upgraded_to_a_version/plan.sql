-- breaks_code: the behaviour of its functions may change
ALTER EXTENSION pg_trgm UPDATE TO '1.6';
