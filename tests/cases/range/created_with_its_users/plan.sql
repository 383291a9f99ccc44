-- deletes_data: every row of `kept`
-- breaks_code: code that names `kept`
DROP TABLE public.kept;

CREATE TYPE public.span AS RANGE (subtype = double precision);

CREATE TABLE public.events (
    id bigint NOT NULL,
    during span NOT NULL,
    all_of_it span_multirange,
    CONSTRAINT events_pkey PRIMARY KEY (id)
);

CREATE INDEX events_during_idx ON public.events USING gist (during);
