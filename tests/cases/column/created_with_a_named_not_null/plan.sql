-- deletes_data: every row of `kept`
-- breaks_code: code that names `kept`
DROP TABLE public.kept;

CREATE TABLE public.people (
    id bigint,
    name text CONSTRAINT name_given NOT NULL NO INHERIT
);
