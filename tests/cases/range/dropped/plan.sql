-- deletes_data: every row of `events`
DROP TABLE public.events;

DROP TYPE public.span;

CREATE TABLE public.kept (
    id integer
);
