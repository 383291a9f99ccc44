CREATE TABLE public.bookings (
    id bigint NOT NULL,
    room int4range,
    during tsrange,
    cancelled boolean,
    CONSTRAINT bookings_pkey PRIMARY KEY (id),
    CONSTRAINT bookings_no_overlap EXCLUDE USING gist (during WITH &&)
);
