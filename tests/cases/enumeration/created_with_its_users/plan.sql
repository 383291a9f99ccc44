CREATE TYPE "public"."plan" AS ENUM ('free', 'starter', 'pro');

CREATE TABLE public.tenants (
    id bigint NOT NULL,
    plan plan DEFAULT 'free' NOT NULL,
    past_plans plan[] DEFAULT '{}' NOT NULL,
    is_free boolean GENERATED ALWAYS AS (plan = 'free') STORED,
    CONSTRAINT tenants_pkey PRIMARY KEY (id),
    CONSTRAINT tenants_plan_check CHECK (plan <> 'pro' OR id > 0)
);

CREATE INDEX tenants_plan_idx ON public.tenants (plan);
CREATE INDEX tenants_free_idx ON public.tenants (id) WHERE (plan = 'free');
CREATE POLICY tenants_select ON public.tenants FOR SELECT USING (plan = 'free');
ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY;
