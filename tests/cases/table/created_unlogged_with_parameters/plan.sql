CREATE UNLOGGED TABLE public.notes (
    id bigint NOT NULL,
    body text,
    CONSTRAINT notes_pkey PRIMARY KEY (id)
) WITH (fillfactor = 70);
