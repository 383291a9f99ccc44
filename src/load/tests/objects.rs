//! What the keys of the files mean.

use super::*;

#[test]
fn the_example_of_the_contract_loads() {
    let loaded = one(EXAMPLE);
    let ids: Vec<String> = loaded.schema.iter().map(|(id, _)| id.to_string()).collect();
    let expected = [
        "schema public",
        "extension vector",
        "enum plan",
        "function get_current_tenant_id()",
        "table tenants",
        "column tenants.id",
        "column tenants.plan",
        "table sessions",
        "column sessions.id",
        "column sessions.tenant_id",
        "column sessions.mode",
        "column sessions.cost_usd",
        "column sessions.created_at",
        "index session_created_at_idx on sessions",
        "policy sessions_select on sessions",
        "policy sessions_insert on sessions",
        "policy sessions_update on sessions",
        "policy sessions_delete on sessions",
        "row security of sessions",
        "table knowledge_chunks",
        "column knowledge_chunks.id",
        "column knowledge_chunks.embedding",
        "index knowledge_chunk_embedding_idx on knowledge_chunks",
        "table users",
        "column users.tenant_id",
        "column users.email",
        "column users.email_verified",
        "index users_email_idx on users",
        "table messages",
        "column messages.session_id",
        "policy messages_select on messages",
        "primary key tenants_pkey on tenants",
        "primary key sessions_pkey on sessions",
        "primary key knowledge_chunks_pkey on knowledge_chunks",
        "check sessions_mode_check on sessions",
        "foreign key sessions_tenant_id_fkey on sessions",
        "foreign key messages_session_id_fkey on messages",
    ];
    assert_eq!(ids, expected);
}
