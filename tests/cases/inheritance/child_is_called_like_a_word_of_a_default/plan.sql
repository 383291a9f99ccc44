CREATE TABLE public.things (
    ids integer[] DEFAULT ARRAY[1,2]
);

CREATE TABLE public."array" () INHERITS (public.things);

CREATE VIEW public."both" AS
SELECT a.ids FROM things a LEFT JOIN things AS b ON b.ids = a.ids;
