CREATE SCHEMA tools;

-- breaks_code: names of its objects change
ALTER EXTENSION citext SET SCHEMA tools;

CREATE TABLE public.users (
    email tools.citext
);
