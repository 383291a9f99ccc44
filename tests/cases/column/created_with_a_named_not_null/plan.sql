-- deletes_data: every row of `kept`
DROP TABLE public.kept;

CREATE TABLE public.people (
    id bigint,
    name text CONSTRAINT name_given NOT NULL NO INHERIT
);
