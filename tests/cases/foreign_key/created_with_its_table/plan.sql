CREATE TABLE public.tenants (
    id bigint NOT NULL,
    code bigint NOT NULL,
    region text,
    CONSTRAINT tenants_pkey PRIMARY KEY (id),
    CONSTRAINT tenants_code_key UNIQUE (code),
    CONSTRAINT tenants_id_region_key UNIQUE (region, id)
);

CREATE TABLE public.orders (
    id bigint NOT NULL,
    tenant_id bigint,
    region text,
    parent_id bigint,
    CONSTRAINT orders_pkey PRIMARY KEY (id)
);

ALTER TABLE public.orders ADD CONSTRAINT orders_tenant_fk FOREIGN KEY (tenant_id) REFERENCES public.tenants (id);
COMMENT ON CONSTRAINT orders_tenant_fk ON public.orders IS 'Whose it is';
