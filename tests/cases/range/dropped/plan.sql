-- deletes_data: every row of `events`
-- breaks_code: code that names `events`
DROP TABLE public.events;

DROP TYPE public.span;

CREATE TABLE public.kept (
    id integer
);
