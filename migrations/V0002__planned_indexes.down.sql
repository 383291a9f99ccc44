-- dbtool: no-transaction
-- the way back from: planned indexes
-- hazards: none

DROP INDEX CONCURRENTLY IF EXISTS public.ai_personality_tenant_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.ai_personality_default_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.budget_alert_tenant_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.budget_alert_active_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.budget_alert_triggered_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.cost_tenant_timestamp_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.cost_session_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.cost_summary_tenant_period_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.knowledge_chunk_embedding_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.knowledge_tenant_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.knowledge_category_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.knowledge_embedding_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.message_session_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.message_timestamp_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.session_tenant_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.session_widget_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.session_meeting_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.session_created_at_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.tenant_api_key_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.user_email_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.user_tenant_idx;
