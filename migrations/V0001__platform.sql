-- platform
-- written by dbtool 0.1.0
-- from schema 4b3f391a7d111c4a
-- hazards: none

CREATE EXTENSION IF NOT EXISTS vector;

CREATE FUNCTION public.get_current_tenant_id()
RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
AS $$SELECT NULLIF(pg_catalog.current_setting('app.current_tenant_id', true), '')::pg_catalog.uuid$$;

COMMENT ON FUNCTION public.get_current_tenant_id() IS 'The tenant that this transaction works for, or NULL';

CREATE TABLE public.accounts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    type text NOT NULL,
    provider text NOT NULL,
    provider_account_id text NOT NULL,
    refresh_token text,
    access_token text,
    expires_at integer,
    token_type text,
    scope text,
    id_token text,
    session_state text,
    CONSTRAINT accounts_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE public.accounts IS 'A user''s account with a sign-in provider';

CREATE TABLE public.ai_personalities (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    description text,
    system_prompt text NOT NULL,
    temperature numeric(3,2) DEFAULT 0.7 NOT NULL,
    max_tokens integer DEFAULT 2000,
    top_p numeric(3,2) DEFAULT 1.0,
    frequency_penalty numeric(3,2) DEFAULT 0.0,
    presence_penalty numeric(3,2) DEFAULT 0.0,
    preferred_model text,
    is_default boolean DEFAULT false NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    metadata jsonb,
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    updated_at timestamp without time zone DEFAULT now() NOT NULL,
    CONSTRAINT ai_personalities_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE public.ai_personalities IS 'How a tenant''s assistant speaks, and with which model';

CREATE TABLE public.auth_sessions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_token text NOT NULL,
    user_id uuid NOT NULL,
    expires timestamp with time zone NOT NULL,
    CONSTRAINT auth_sessions_pkey PRIMARY KEY (id),
    CONSTRAINT auth_sessions_session_token_key UNIQUE (session_token)
);

COMMENT ON TABLE public.auth_sessions IS 'A user who is signed in';

CREATE TABLE public.budget_alerts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    threshold numeric(10,2) NOT NULL,
    current_spend numeric(10,4) NOT NULL,
    period text DEFAULT 'monthly' NOT NULL,
    severity text DEFAULT 'warning' NOT NULL,
    notifications_sent integer DEFAULT 0 NOT NULL,
    triggered_at timestamp without time zone DEFAULT now() NOT NULL,
    resolved boolean DEFAULT false NOT NULL,
    resolved_at timestamp without time zone,
    metadata jsonb,
    CONSTRAINT budget_alerts_pkey PRIMARY KEY (id),
    CONSTRAINT budget_alerts_period_check CHECK (period = ANY (ARRAY['daily'::text, 'weekly'::text, 'monthly'::text])),
    CONSTRAINT budget_alerts_severity_check CHECK (severity = ANY (ARRAY['warning'::text, 'critical'::text]))
);

COMMENT ON TABLE public.budget_alerts IS 'A warning that a tenant''s spending came near its limit';

CREATE TABLE public.cost_events (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    session_id uuid,
    service text NOT NULL,
    provider text,
    tokens_used integer,
    cost_usd numeric(10,6) NOT NULL,
    metadata jsonb,
    "timestamp" timestamp without time zone DEFAULT now() NOT NULL,
    CONSTRAINT cost_events_pkey PRIMARY KEY (id),
    CONSTRAINT cost_events_service_check CHECK (service = ANY (ARRAY['vision'::text, 'voice_stt'::text, 'voice_tts'::text, 'llm'::text, 'embedding'::text, 'livekit'::text]))
);

COMMENT ON TABLE public.cost_events IS 'One paid call of an outside service';

CREATE TABLE public.cost_summaries (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    period_start timestamp without time zone NOT NULL,
    period_end timestamp without time zone NOT NULL,
    total_cost_usd numeric(10,4) NOT NULL,
    breakdown jsonb NOT NULL,
    event_count integer DEFAULT 0 NOT NULL,
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    CONSTRAINT cost_summaries_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE public.cost_summaries IS 'What a tenant''s calls cost in a period';

CREATE TABLE public.knowledge_chunks (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    document_id uuid NOT NULL,
    content text NOT NULL,
    embedding vector(1024) NOT NULL,
    "position" integer NOT NULL,
    metadata jsonb,
    CONSTRAINT knowledge_chunks_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE public.knowledge_chunks IS 'A passage of a document, as vector search finds it';

CREATE TABLE public.knowledge_documents (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    title text NOT NULL,
    content text NOT NULL,
    category text,
    embedding vector(1024),
    metadata jsonb,
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    updated_at timestamp without time zone DEFAULT now() NOT NULL,
    CONSTRAINT knowledge_documents_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE public.knowledge_documents IS 'A text that a tenant''s assistant may draw on';

CREATE TABLE public.meetings (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    room_name text NOT NULL,
    livekit_room_id text NOT NULL,
    created_by uuid,
    started_at timestamp without time zone DEFAULT now() NOT NULL,
    ended_at timestamp without time zone,
    metadata jsonb,
    CONSTRAINT meetings_pkey PRIMARY KEY (id),
    CONSTRAINT meetings_room_name_key UNIQUE (room_name),
    CONSTRAINT meetings_livekit_room_id_key UNIQUE (livekit_room_id)
);

COMMENT ON TABLE public.meetings IS 'A video meeting in a room';

CREATE TABLE public.messages (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    role text NOT NULL,
    content text NOT NULL,
    attachments jsonb,
    metadata jsonb,
    "timestamp" timestamp without time zone DEFAULT now() NOT NULL,
    CONSTRAINT messages_pkey PRIMARY KEY (id),
    CONSTRAINT messages_role_check CHECK (role = ANY (ARRAY['user'::text, 'assistant'::text, 'system'::text]))
);

COMMENT ON TABLE public.messages IS 'What one side said in a conversation';

CREATE TABLE public.sessions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    widget_id uuid,
    meeting_id uuid,
    mode text DEFAULT 'text' NOT NULL,
    cost_usd numeric(10,4) DEFAULT 0,
    metadata jsonb,
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    ended_at timestamp without time zone,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_mode_check CHECK (mode = ANY (ARRAY['text'::text, 'meeting'::text]))
);

COMMENT ON TABLE public.sessions IS 'One conversation, in a widget or in a meeting';

CREATE TABLE public.tenants (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    api_key text NOT NULL,
    plan text DEFAULT 'starter' NOT NULL,
    settings jsonb,
    stripe_customer_id text,
    stripe_subscription_id text,
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    updated_at timestamp without time zone DEFAULT now() NOT NULL,
    CONSTRAINT tenants_pkey PRIMARY KEY (id),
    CONSTRAINT tenants_api_key_key UNIQUE (api_key),
    CONSTRAINT tenants_stripe_customer_id_key UNIQUE (stripe_customer_id),
    CONSTRAINT tenants_plan_check CHECK (plan = ANY (ARRAY['starter'::text, 'growth'::text, 'business'::text, 'enterprise'::text]))
);

COMMENT ON TABLE public.tenants IS 'A customer: everything else belongs to one';

CREATE TABLE public.users (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    email text NOT NULL,
    password_hash text NOT NULL,
    role text DEFAULT 'member' NOT NULL,
    name text,
    avatar_url text,
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    updated_at timestamp without time zone DEFAULT now() NOT NULL,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_role_check CHECK (role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text]))
);

COMMENT ON TABLE public.users IS 'A person who works for a tenant';

CREATE TABLE public.verification_tokens (
    identifier text NOT NULL,
    token text NOT NULL,
    expires timestamp with time zone NOT NULL,
    CONSTRAINT verification_tokens_token_key UNIQUE (token)
);

COMMENT ON TABLE public.verification_tokens IS 'A one-time token that proves an email address';

CREATE TABLE public.widgets (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    domain_whitelist jsonb NOT NULL,
    settings jsonb,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    updated_at timestamp without time zone DEFAULT now() NOT NULL,
    CONSTRAINT widgets_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE public.widgets IS 'A chat window on a tenant''s web site';
ALTER TABLE public.accounts ADD CONSTRAINT accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users (id) ON DELETE CASCADE;
ALTER TABLE public.ai_personalities ADD CONSTRAINT ai_personalities_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants (id) ON DELETE CASCADE;
ALTER TABLE public.auth_sessions ADD CONSTRAINT auth_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users (id) ON DELETE CASCADE;
ALTER TABLE public.budget_alerts ADD CONSTRAINT budget_alerts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants (id) ON DELETE CASCADE;
ALTER TABLE public.cost_events ADD CONSTRAINT cost_events_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants (id) ON DELETE CASCADE;
ALTER TABLE public.cost_events ADD CONSTRAINT cost_events_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.sessions (id) ON DELETE SET NULL;
ALTER TABLE public.cost_summaries ADD CONSTRAINT cost_summaries_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants (id) ON DELETE CASCADE;
ALTER TABLE public.knowledge_chunks ADD CONSTRAINT knowledge_chunks_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.knowledge_documents (id) ON DELETE CASCADE;
ALTER TABLE public.knowledge_documents ADD CONSTRAINT knowledge_documents_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants (id) ON DELETE CASCADE;
ALTER TABLE public.meetings ADD CONSTRAINT meetings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants (id) ON DELETE CASCADE;
ALTER TABLE public.meetings ADD CONSTRAINT meetings_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users (id) ON DELETE SET NULL;
ALTER TABLE public.messages ADD CONSTRAINT messages_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.sessions (id) ON DELETE CASCADE;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants (id) ON DELETE CASCADE;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_widget_id_fkey FOREIGN KEY (widget_id) REFERENCES public.widgets (id) ON DELETE SET NULL;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_meeting_id_fkey FOREIGN KEY (meeting_id) REFERENCES public.meetings (id) ON DELETE SET NULL;
ALTER TABLE public.users ADD CONSTRAINT users_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants (id) ON DELETE CASCADE;
ALTER TABLE public.widgets ADD CONSTRAINT widgets_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants (id) ON DELETE CASCADE;
CREATE POLICY accounts_select ON public.accounts FOR SELECT USING (EXISTS (SELECT FROM users p WHERE p.id = (accounts.user_id) AND p.tenant_id = get_current_tenant_id()));
CREATE POLICY accounts_insert ON public.accounts FOR INSERT WITH CHECK (EXISTS (SELECT FROM users p WHERE p.id = (accounts.user_id) AND p.tenant_id = get_current_tenant_id()));
CREATE POLICY accounts_update ON public.accounts FOR UPDATE USING (EXISTS (SELECT FROM users p WHERE p.id = (accounts.user_id) AND p.tenant_id = get_current_tenant_id())) WITH CHECK (EXISTS (SELECT FROM users p WHERE p.id = (accounts.user_id) AND p.tenant_id = get_current_tenant_id()));
CREATE POLICY accounts_delete ON public.accounts FOR DELETE USING (EXISTS (SELECT FROM users p WHERE p.id = (accounts.user_id) AND p.tenant_id = get_current_tenant_id()));
CREATE POLICY ai_personalities_select ON public.ai_personalities FOR SELECT USING (tenant_id = get_current_tenant_id());
CREATE POLICY ai_personalities_insert ON public.ai_personalities FOR INSERT WITH CHECK (tenant_id = get_current_tenant_id());
CREATE POLICY ai_personalities_update ON public.ai_personalities FOR UPDATE USING (tenant_id = get_current_tenant_id()) WITH CHECK (tenant_id = get_current_tenant_id());
CREATE POLICY ai_personalities_delete ON public.ai_personalities FOR DELETE USING (tenant_id = get_current_tenant_id());
CREATE POLICY auth_sessions_select ON public.auth_sessions FOR SELECT USING (EXISTS (SELECT FROM users p WHERE p.id = (auth_sessions.user_id) AND p.tenant_id = get_current_tenant_id()));
CREATE POLICY auth_sessions_insert ON public.auth_sessions FOR INSERT WITH CHECK (EXISTS (SELECT FROM users p WHERE p.id = (auth_sessions.user_id) AND p.tenant_id = get_current_tenant_id()));
CREATE POLICY auth_sessions_update ON public.auth_sessions FOR UPDATE USING (EXISTS (SELECT FROM users p WHERE p.id = (auth_sessions.user_id) AND p.tenant_id = get_current_tenant_id())) WITH CHECK (EXISTS (SELECT FROM users p WHERE p.id = (auth_sessions.user_id) AND p.tenant_id = get_current_tenant_id()));
CREATE POLICY auth_sessions_delete ON public.auth_sessions FOR DELETE USING (EXISTS (SELECT FROM users p WHERE p.id = (auth_sessions.user_id) AND p.tenant_id = get_current_tenant_id()));
CREATE POLICY budget_alerts_select ON public.budget_alerts FOR SELECT USING (tenant_id = get_current_tenant_id());
CREATE POLICY budget_alerts_insert ON public.budget_alerts FOR INSERT WITH CHECK (tenant_id = get_current_tenant_id());
CREATE POLICY budget_alerts_update ON public.budget_alerts FOR UPDATE USING (tenant_id = get_current_tenant_id()) WITH CHECK (tenant_id = get_current_tenant_id());
CREATE POLICY budget_alerts_delete ON public.budget_alerts FOR DELETE USING (tenant_id = get_current_tenant_id());
CREATE POLICY cost_events_select ON public.cost_events FOR SELECT USING (tenant_id = get_current_tenant_id());
CREATE POLICY cost_events_insert ON public.cost_events FOR INSERT WITH CHECK (tenant_id = get_current_tenant_id());
CREATE POLICY cost_events_update ON public.cost_events FOR UPDATE USING (tenant_id = get_current_tenant_id()) WITH CHECK (tenant_id = get_current_tenant_id());
CREATE POLICY cost_events_delete ON public.cost_events FOR DELETE USING (tenant_id = get_current_tenant_id());
CREATE POLICY cost_summaries_select ON public.cost_summaries FOR SELECT USING (tenant_id = get_current_tenant_id());
CREATE POLICY cost_summaries_insert ON public.cost_summaries FOR INSERT WITH CHECK (tenant_id = get_current_tenant_id());
CREATE POLICY cost_summaries_update ON public.cost_summaries FOR UPDATE USING (tenant_id = get_current_tenant_id()) WITH CHECK (tenant_id = get_current_tenant_id());
CREATE POLICY cost_summaries_delete ON public.cost_summaries FOR DELETE USING (tenant_id = get_current_tenant_id());
CREATE POLICY knowledge_chunks_select ON public.knowledge_chunks FOR SELECT USING (EXISTS (SELECT FROM knowledge_documents p WHERE p.id = (knowledge_chunks.document_id) AND p.tenant_id = get_current_tenant_id()));
CREATE POLICY knowledge_chunks_insert ON public.knowledge_chunks FOR INSERT WITH CHECK (EXISTS (SELECT FROM knowledge_documents p WHERE p.id = (knowledge_chunks.document_id) AND p.tenant_id = get_current_tenant_id()));
CREATE POLICY knowledge_chunks_update ON public.knowledge_chunks FOR UPDATE USING (EXISTS (SELECT FROM knowledge_documents p WHERE p.id = (knowledge_chunks.document_id) AND p.tenant_id = get_current_tenant_id())) WITH CHECK (EXISTS (SELECT FROM knowledge_documents p WHERE p.id = (knowledge_chunks.document_id) AND p.tenant_id = get_current_tenant_id()));
CREATE POLICY knowledge_chunks_delete ON public.knowledge_chunks FOR DELETE USING (EXISTS (SELECT FROM knowledge_documents p WHERE p.id = (knowledge_chunks.document_id) AND p.tenant_id = get_current_tenant_id()));
CREATE POLICY knowledge_documents_select ON public.knowledge_documents FOR SELECT USING (tenant_id = get_current_tenant_id());
CREATE POLICY knowledge_documents_insert ON public.knowledge_documents FOR INSERT WITH CHECK (tenant_id = get_current_tenant_id());
CREATE POLICY knowledge_documents_update ON public.knowledge_documents FOR UPDATE USING (tenant_id = get_current_tenant_id()) WITH CHECK (tenant_id = get_current_tenant_id());
CREATE POLICY knowledge_documents_delete ON public.knowledge_documents FOR DELETE USING (tenant_id = get_current_tenant_id());
CREATE POLICY meetings_select ON public.meetings FOR SELECT USING (tenant_id = get_current_tenant_id());
CREATE POLICY meetings_insert ON public.meetings FOR INSERT WITH CHECK (tenant_id = get_current_tenant_id());
CREATE POLICY meetings_update ON public.meetings FOR UPDATE USING (tenant_id = get_current_tenant_id()) WITH CHECK (tenant_id = get_current_tenant_id());
CREATE POLICY meetings_delete ON public.meetings FOR DELETE USING (tenant_id = get_current_tenant_id());
CREATE POLICY messages_select ON public.messages FOR SELECT USING (EXISTS (SELECT FROM sessions p WHERE p.id = (messages.session_id) AND p.tenant_id = get_current_tenant_id()));
CREATE POLICY messages_insert ON public.messages FOR INSERT WITH CHECK (EXISTS (SELECT FROM sessions p WHERE p.id = (messages.session_id) AND p.tenant_id = get_current_tenant_id()));
CREATE POLICY messages_update ON public.messages FOR UPDATE USING (EXISTS (SELECT FROM sessions p WHERE p.id = (messages.session_id) AND p.tenant_id = get_current_tenant_id())) WITH CHECK (EXISTS (SELECT FROM sessions p WHERE p.id = (messages.session_id) AND p.tenant_id = get_current_tenant_id()));
CREATE POLICY messages_delete ON public.messages FOR DELETE USING (EXISTS (SELECT FROM sessions p WHERE p.id = (messages.session_id) AND p.tenant_id = get_current_tenant_id()));
CREATE POLICY sessions_select ON public.sessions FOR SELECT USING (tenant_id = get_current_tenant_id());
CREATE POLICY sessions_insert ON public.sessions FOR INSERT WITH CHECK (tenant_id = get_current_tenant_id());
CREATE POLICY sessions_update ON public.sessions FOR UPDATE USING (tenant_id = get_current_tenant_id()) WITH CHECK (tenant_id = get_current_tenant_id());
CREATE POLICY sessions_delete ON public.sessions FOR DELETE USING (tenant_id = get_current_tenant_id());
CREATE POLICY tenants_select ON public.tenants FOR SELECT USING (id = get_current_tenant_id());
CREATE POLICY tenants_insert ON public.tenants FOR INSERT WITH CHECK (id = get_current_tenant_id());
CREATE POLICY tenants_update ON public.tenants FOR UPDATE USING (id = get_current_tenant_id()) WITH CHECK (id = get_current_tenant_id());
CREATE POLICY tenants_delete ON public.tenants FOR DELETE USING (id = get_current_tenant_id());
CREATE POLICY users_select ON public.users FOR SELECT USING (tenant_id = get_current_tenant_id());
CREATE POLICY users_insert ON public.users FOR INSERT WITH CHECK (tenant_id = get_current_tenant_id());
CREATE POLICY users_update ON public.users FOR UPDATE USING (tenant_id = get_current_tenant_id()) WITH CHECK (tenant_id = get_current_tenant_id());
CREATE POLICY users_delete ON public.users FOR DELETE USING (tenant_id = get_current_tenant_id());
CREATE POLICY widgets_select ON public.widgets FOR SELECT USING (tenant_id = get_current_tenant_id());
CREATE POLICY widgets_insert ON public.widgets FOR INSERT WITH CHECK (tenant_id = get_current_tenant_id());
CREATE POLICY widgets_update ON public.widgets FOR UPDATE USING (tenant_id = get_current_tenant_id()) WITH CHECK (tenant_id = get_current_tenant_id());
CREATE POLICY widgets_delete ON public.widgets FOR DELETE USING (tenant_id = get_current_tenant_id());
ALTER TABLE public.accounts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.ai_personalities ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.auth_sessions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.budget_alerts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.cost_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.cost_summaries ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.knowledge_chunks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.knowledge_documents ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.meetings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.messages ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.sessions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.users ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.widgets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
