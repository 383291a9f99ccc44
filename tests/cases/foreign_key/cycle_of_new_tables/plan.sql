CREATE TABLE public.tenants (
    id bigint NOT NULL,
    code bigint NOT NULL,
    region text,
    last_order bigint,
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

ALTER TABLE public.tenants ADD CONSTRAINT tenants_last_order_fkey FOREIGN KEY (last_order) REFERENCES public.orders (id);
ALTER TABLE public.orders ADD CONSTRAINT orders_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants (id);
