CREATE TABLE public.items (
    id bigint NOT NULL,
    status text NOT NULL,
    price numeric(10,2),
    amount integer,
    "createdAt" timestamp with time zone,
    deleted_at timestamp with time zone,
    CONSTRAINT items_pkey PRIMARY KEY (id),
    CONSTRAINT items_amount_range CHECK (amount > 0)
);

COMMENT ON CONSTRAINT items_amount_range ON public.items IS 'Never nothing';
