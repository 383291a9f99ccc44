-- the way back from: platform
-- hazards: breaks_code, deletes_data

DROP POLICY accounts_select ON public.accounts;
DROP POLICY accounts_insert ON public.accounts;
DROP POLICY accounts_update ON public.accounts;
DROP POLICY accounts_delete ON public.accounts;
DROP POLICY auth_sessions_select ON public.auth_sessions;
DROP POLICY auth_sessions_insert ON public.auth_sessions;
DROP POLICY auth_sessions_update ON public.auth_sessions;
DROP POLICY auth_sessions_delete ON public.auth_sessions;
DROP POLICY knowledge_chunks_select ON public.knowledge_chunks;
DROP POLICY knowledge_chunks_insert ON public.knowledge_chunks;
DROP POLICY knowledge_chunks_update ON public.knowledge_chunks;
DROP POLICY knowledge_chunks_delete ON public.knowledge_chunks;
DROP POLICY messages_select ON public.messages;
DROP POLICY messages_insert ON public.messages;
DROP POLICY messages_update ON public.messages;
DROP POLICY messages_delete ON public.messages;
ALTER TABLE public.accounts DROP CONSTRAINT accounts_user_id_fkey;
ALTER TABLE public.ai_personalities DROP CONSTRAINT ai_personalities_tenant_id_fkey;
ALTER TABLE public.auth_sessions DROP CONSTRAINT auth_sessions_user_id_fkey;
ALTER TABLE public.budget_alerts DROP CONSTRAINT budget_alerts_tenant_id_fkey;
ALTER TABLE public.cost_events DROP CONSTRAINT cost_events_tenant_id_fkey;
ALTER TABLE public.cost_events DROP CONSTRAINT cost_events_session_id_fkey;
ALTER TABLE public.cost_summaries DROP CONSTRAINT cost_summaries_tenant_id_fkey;
ALTER TABLE public.knowledge_chunks DROP CONSTRAINT knowledge_chunks_document_id_fkey;
ALTER TABLE public.knowledge_documents DROP CONSTRAINT knowledge_documents_tenant_id_fkey;
ALTER TABLE public.meetings DROP CONSTRAINT meetings_tenant_id_fkey;
ALTER TABLE public.meetings DROP CONSTRAINT meetings_created_by_fkey;
ALTER TABLE public.messages DROP CONSTRAINT messages_session_id_fkey;
ALTER TABLE public.sessions DROP CONSTRAINT sessions_tenant_id_fkey;
ALTER TABLE public.sessions DROP CONSTRAINT sessions_widget_id_fkey;
ALTER TABLE public.sessions DROP CONSTRAINT sessions_meeting_id_fkey;
ALTER TABLE public.users DROP CONSTRAINT users_tenant_id_fkey;
ALTER TABLE public.widgets DROP CONSTRAINT widgets_tenant_id_fkey;

-- deletes_data: every row of `accounts`
DROP TABLE public.accounts;

-- deletes_data: every row of `ai_personalities`
DROP TABLE public.ai_personalities;

-- deletes_data: every row of `auth_sessions`
DROP TABLE public.auth_sessions;

-- deletes_data: every row of `budget_alerts`
DROP TABLE public.budget_alerts;

-- deletes_data: every row of `cost_events`
DROP TABLE public.cost_events;

-- deletes_data: every row of `cost_summaries`
DROP TABLE public.cost_summaries;

-- deletes_data: every row of `knowledge_chunks`
DROP TABLE public.knowledge_chunks;

-- deletes_data: every row of `knowledge_documents`
DROP TABLE public.knowledge_documents;

-- deletes_data: every row of `meetings`
DROP TABLE public.meetings;

-- deletes_data: every row of `messages`
DROP TABLE public.messages;

-- deletes_data: every row of `sessions`
DROP TABLE public.sessions;

-- deletes_data: every row of `tenants`
DROP TABLE public.tenants;

-- deletes_data: every row of `users`
DROP TABLE public.users;

-- deletes_data: every row of `verification_tokens`
DROP TABLE public.verification_tokens;

-- deletes_data: every row of `widgets`
DROP TABLE public.widgets;

-- breaks_code: calls of `get_current_tenant_id`
DROP FUNCTION public.get_current_tenant_id();

-- deletes_data: the types, functions and operators of `vector`
DROP EXTENSION vector;
