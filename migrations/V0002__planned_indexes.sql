-- dbtool: no-transaction
-- planned indexes
-- written by dbtool 0.1.0
-- from schema 108c42ddb3eba86c
-- hazards: builds_index

-- builds_index: `ai_personality_tenant_idx` on `ai_personalities`
CREATE INDEX CONCURRENTLY IF NOT EXISTS ai_personality_tenant_idx ON public.ai_personalities (tenant_id);

-- builds_index: `ai_personality_default_idx` on `ai_personalities`
CREATE INDEX CONCURRENTLY IF NOT EXISTS ai_personality_default_idx ON public.ai_personalities (tenant_id, is_default, is_active);

-- builds_index: `budget_alert_tenant_idx` on `budget_alerts`
CREATE INDEX CONCURRENTLY IF NOT EXISTS budget_alert_tenant_idx ON public.budget_alerts (tenant_id);

-- builds_index: `budget_alert_active_idx` on `budget_alerts`
CREATE INDEX CONCURRENTLY IF NOT EXISTS budget_alert_active_idx ON public.budget_alerts (tenant_id, resolved);

-- builds_index: `budget_alert_triggered_idx` on `budget_alerts`
CREATE INDEX CONCURRENTLY IF NOT EXISTS budget_alert_triggered_idx ON public.budget_alerts (triggered_at);

-- builds_index: `cost_tenant_timestamp_idx` on `cost_events`
CREATE INDEX CONCURRENTLY IF NOT EXISTS cost_tenant_timestamp_idx ON public.cost_events (tenant_id, "timestamp");

-- builds_index: `cost_session_idx` on `cost_events`
CREATE INDEX CONCURRENTLY IF NOT EXISTS cost_session_idx ON public.cost_events (session_id);

-- builds_index: `cost_summary_tenant_period_idx` on `cost_summaries`
CREATE INDEX CONCURRENTLY IF NOT EXISTS cost_summary_tenant_period_idx ON public.cost_summaries (tenant_id, period_start, period_end);

-- builds_index: `knowledge_chunk_embedding_idx` on `knowledge_chunks`
CREATE INDEX CONCURRENTLY IF NOT EXISTS knowledge_chunk_embedding_idx ON public.knowledge_chunks USING hnsw (embedding vector_cosine_ops) WITH (ef_construction = 64, m = 16);

-- builds_index: `knowledge_tenant_idx` on `knowledge_documents`
CREATE INDEX CONCURRENTLY IF NOT EXISTS knowledge_tenant_idx ON public.knowledge_documents (tenant_id);

-- builds_index: `knowledge_category_idx` on `knowledge_documents`
CREATE INDEX CONCURRENTLY IF NOT EXISTS knowledge_category_idx ON public.knowledge_documents (category);

-- builds_index: `knowledge_embedding_idx` on `knowledge_documents`
CREATE INDEX CONCURRENTLY IF NOT EXISTS knowledge_embedding_idx ON public.knowledge_documents USING hnsw (embedding vector_cosine_ops) WITH (ef_construction = 64, m = 16);

-- builds_index: `message_session_idx` on `messages`
CREATE INDEX CONCURRENTLY IF NOT EXISTS message_session_idx ON public.messages (session_id);

-- builds_index: `message_timestamp_idx` on `messages`
CREATE INDEX CONCURRENTLY IF NOT EXISTS message_timestamp_idx ON public.messages ("timestamp");

-- builds_index: `session_tenant_idx` on `sessions`
CREATE INDEX CONCURRENTLY IF NOT EXISTS session_tenant_idx ON public.sessions (tenant_id);

-- builds_index: `session_widget_idx` on `sessions`
CREATE INDEX CONCURRENTLY IF NOT EXISTS session_widget_idx ON public.sessions (widget_id);

-- builds_index: `session_meeting_idx` on `sessions`
CREATE INDEX CONCURRENTLY IF NOT EXISTS session_meeting_idx ON public.sessions (meeting_id);

-- builds_index: `session_created_at_idx` on `sessions`
CREATE INDEX CONCURRENTLY IF NOT EXISTS session_created_at_idx ON public.sessions (created_at);

-- builds_index: `tenant_api_key_idx` on `tenants`
CREATE INDEX CONCURRENTLY IF NOT EXISTS tenant_api_key_idx ON public.tenants (api_key);

-- builds_index: `user_email_idx` on `users`
CREATE INDEX CONCURRENTLY IF NOT EXISTS user_email_idx ON public.users (email);

-- builds_index: `user_tenant_idx` on `users`
CREATE INDEX CONCURRENTLY IF NOT EXISTS user_tenant_idx ON public.users (tenant_id);
