CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE public.docs (
    id bigint NOT NULL,
    tenant_id uuid NOT NULL,
    title text,
    tags text[],
    data jsonb,
    during int4range,
    place point,
    "Created" timestamp with time zone,
    embedding vector(3),
    CONSTRAINT docs_pkey PRIMARY KEY (id)
);

CREATE INDEX docs_idx ON public.docs (title);
COMMENT ON INDEX public.docs_idx IS 'For the search';
