-- deletes_data: every row of `kept`
-- breaks_code: code that names `kept`
DROP TABLE public.kept;

CREATE TABLE public.tenants (
    id bigint NOT NULL,
    CONSTRAINT tenants_pkey PRIMARY KEY (id)
);

CREATE TABLE public.notes (
    tenant_id bigint,
    size integer,
    CONSTRAINT notes_size CHECK (size > 0) NOT ENFORCED
);
