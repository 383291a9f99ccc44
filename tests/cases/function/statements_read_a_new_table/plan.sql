CREATE TABLE public.names (
    id integer
);

CREATE OR REPLACE FUNCTION public.is_known()
RETURNS boolean
LANGUAGE sql
BEGIN ATOMIC SELECT EXISTS (SELECT FROM names); END;
