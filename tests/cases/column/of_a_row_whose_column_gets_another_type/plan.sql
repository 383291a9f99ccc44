-- rewrites_table: `people.age`: integer becomes bigint
ALTER TABLE public.people ALTER COLUMN age TYPE bigint;

CREATE TABLE public.archive (
    who people,
    "all" people[]
);
