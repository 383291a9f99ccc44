-- deletes_data: every row of `kept`
-- breaks_code: code that names `kept`
DROP TABLE public.kept;

CREATE TABLE public.bookings (
    id bigint NOT NULL,
    code text,
    CONSTRAINT bookings_pkey PRIMARY KEY (id) INCLUDE (code) WITH (fillfactor = 70, deduplicate_items = false)
);
