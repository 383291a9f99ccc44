CREATE EXTENSION IF NOT EXISTS vector;
CREATE TYPE "public"."mode" AS ENUM ('text', 'voice');

CREATE FUNCTION public.tenant()
RETURNS uuid
LANGUAGE sql STABLE
AS $$SELECT current_setting('app.tenant', true)::uuid$$;

CREATE TABLE public.tenants (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT tenants_pkey PRIMARY KEY (id)
);

CREATE TABLE public.sessions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    mode mode DEFAULT 'text' NOT NULL,
    kind text DEFAULT 'chat' NOT NULL,
    cost numeric(10,4) DEFAULT 0,
    embedding vector(3),
    title character varying(200),
    search tsvector GENERATED ALWAYS AS (to_tsvector('english'::regconfig, title::text)) STORED,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_title_key UNIQUE (title),
    CONSTRAINT sessions_kind_check CHECK (kind = ANY (ARRAY['chat'::text, 'meeting'::text])),
    CONSTRAINT sessions_cost_check CHECK (cost >= 0)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.05, toast.autovacuum_enabled = false);

COMMENT ON TABLE public.sessions IS 'One conversation';
COMMENT ON COLUMN public.sessions.id IS 'Never shown';
ALTER TABLE public.sessions ADD CONSTRAINT sessions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants (id) ON DELETE CASCADE;
CREATE INDEX sessions_search_idx ON public.sessions USING gin (search);
COMMENT ON INDEX public.sessions_search_idx IS 'For the search box';
CREATE INDEX sessions_embedding_idx ON public.sessions USING hnsw (embedding vector_cosine_ops) WITH (m = 8, ef_construction = 32);
CREATE POLICY sessions_admin ON public.sessions AS RESTRICTIVE USING (kind <> 'secret');
CREATE POLICY sessions_select ON public.sessions FOR SELECT USING (tenant_id = tenant());
CREATE POLICY sessions_insert ON public.sessions FOR INSERT WITH CHECK (tenant_id = tenant());
CREATE POLICY sessions_update ON public.sessions FOR UPDATE USING (tenant_id = tenant()) WITH CHECK (tenant_id = tenant());
CREATE POLICY sessions_delete ON public.sessions FOR DELETE USING (tenant_id = tenant());
ALTER TABLE public.sessions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
