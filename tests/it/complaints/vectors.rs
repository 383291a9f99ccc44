//! pgvector: operator classes and parameters that are lost, an extension that is not made, indexes that are dropped.

use super::{Live, stays};
use crate::support;

const DOCUMENTS: &str = r#"
[extension.vector]

[table.documents]
primary_key = ["id"]
column.id = "bigint"
column.embedding = { type = "vector(8)", not_null = true }
column.other = "halfvec(4)"

[table.documents.index.documents_embedding_idx]
using = "hnsw"
on = [{ column = "embedding", opclass = "vector_cosine_ops" }]
with = { m = 24, ef_construction = 96 }

[table.documents.index.documents_other_idx]
using = "hnsw"
on = [{ column = "other", opclass = "halfvec_l2_ops" }]

[table.documents.index.documents_lists_idx]
using = "ivfflat"
on = [{ column = "embedding", opclass = "vector_ip_ops" }]
with = { lists = 50 }
"#;

const DOCUMENTS_SQL: &str = "
    CREATE EXTENSION vector;
    CREATE TABLE documents (id bigint PRIMARY KEY, embedding vector(8) NOT NULL, other halfvec(4));
    CREATE INDEX documents_embedding_idx ON documents USING hnsw (embedding vector_cosine_ops)
        WITH (m = '24', ef_construction = '96');
    CREATE INDEX documents_other_idx ON documents USING hnsw (other halfvec_l2_ops);
    SET client_min_messages = error;
    CREATE INDEX documents_lists_idx ON documents USING ivfflat (embedding vector_ip_ops) WITH (lists = 50);";

/// atlas#3338.
#[tokio::test]
async fn an_hnsw_index_cannot_be_declared_with_its_operator_class_and_parameters() {
    stays(DOCUMENTS_SQL, DOCUMENTS).await;
}

/// drizzle-orm#5792, drizzle-orm#4528, drizzle-orm#3929.
#[tokio::test]
async fn the_operator_class_and_the_extension_are_left_out_of_the_statements() {
    for major in support::with_vector() {
        let live = Live::made(major, "").await;
        let script = live.reach(DOCUMENTS).await;
        let at = |what: &str| script.find(what).unwrap_or_else(|| panic!("no {what} in\n{script}"));
        assert!(at("CREATE EXTENSION IF NOT EXISTS vector") < at("CREATE TABLE"), "{script}");
        assert!(script.contains("vector_cosine_ops") && script.contains("halfvec_l2_ops"), "{script}");
        let definition = live.value("SELECT pg_get_indexdef('documents_embedding_idx'::regclass)");
        assert!(definition.contains("vector_cosine_ops") && definition.contains("m='24'"), "{definition}");
    }
}

/// The same trackers: an operator class or a parameter that is another one has to be seen.
#[tokio::test]
async fn another_operator_class_or_parameter_is_not_seen() {
    for major in support::with_vector() {
        let live = Live::made(major, DOCUMENTS_SQL).await;
        for (with, said) in [
            ("(embedding vector_l2_ops) WITH (m = 24, ef_construction = 96)", "vector_l2_ops"),
            ("(embedding vector_cosine_ops) WITH (m = 16, ef_construction = 96)", "m 16"),
            ("(embedding vector_cosine_ops) WITH (m = 24)", "ef_construction 96"),
        ] {
            live.database.execute(&format!(
                "DROP INDEX documents_embedding_idx; CREATE INDEX documents_embedding_idx ON documents USING hnsw {with}"
            ));
            let told = live.told(DOCUMENTS).await;
            assert!(told.len() == 1 && told[0].contains(said), "{told:#?}");
            live.reach(DOCUMENTS).await;
        }
    }
}

/// pgschema#121, pgschema#436: the database that a plan is tried on lacks the extension.
#[tokio::test]
async fn a_schema_with_vectors_cannot_be_planned_at_all() {
    let functions = r#"
        [function.nearest]
        arguments = [{ name = "to_what", type = "vector" }]
        returns = "SETOF documents"
        volatility = "stable"
        body = "SELECT * FROM documents ORDER BY embedding <=> to_what LIMIT 5"
        [view.lengths]
        query = "SELECT id, vector_norm(embedding) AS length FROM documents"
    "#;
    for major in support::with_vector() {
        // Nothing is there, not even the extension; and a plan over a database in which it lives elsewhere.
        let live = Live::made(major, "").await;
        live.reach(&format!("{DOCUMENTS}{functions}")).await;
        let elsewhere = Live::made(major, "CREATE SCHEMA extensions; CREATE EXTENSION vector SCHEMA extensions").await;
        let toml =
            DOCUMENTS.replace("vector(8)", "extensions.vector(8)").replace("halfvec(4)", "extensions.halfvec(4)");
        let toml =
            toml.replace("[extension.vector]", "[schema.extensions]\n[extension.vector]\nschema = \"extensions\"");
        let classes = ["vector_cosine_ops", "halfvec_l2_ops", "vector_ip_ops"];
        let toml = classes.iter().fold(toml, |toml, class| toml.replace(class, &format!("extensions.{class}")));
        elsewhere.reach(&toml).await;
        elsewhere.pulled().await;
    }
}

/// pgvector-node#18: hnsw indexes are dropped for being unknown, and the extension itself counts as drift.
#[tokio::test]
async fn indexes_over_vectors_are_dropped_and_the_extension_is_drift() {
    for major in support::with_vector() {
        let live = Live::made(major, DOCUMENTS_SQL).await;
        let more = DOCUMENTS.replace("[table.documents]\n", "[table.documents]\ncomment = \"All of them\"\n");
        let script = live.reach(&more).await;
        assert!(!script.contains("DROP") && !script.contains("EXTENSION"), "{script}");
        let pulled = live.pulled().await;
        assert!(pulled.contains("[extension.vector]") && pulled.contains("ef_construction = 96"), "{pulled}");
    }
}
