CREATE TABLE public.items (
    id bigint NOT NULL,
    status text NOT NULL,
    price numeric(10,2),
    amount integer,
    "createdAt" timestamp with time zone,
    deleted_at timestamp with time zone,
    CONSTRAINT items_pkey PRIMARY KEY (id)
);

ALTER TABLE public.items ADD CONSTRAINT items_amount_range CHECK (amount > 0) NOT VALID;
