//! The seeds of the documents that the product was asked for with, on their own schemas.

use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::Seeding;
use crate::support::with_vector;

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A second run finds everything.
fn again(seeding: &Seeding, args: &[&str]) {
    let run = seeding.run(args);
    assert!(run.code == 0 && run.stderr.contains("nothing had to be changed"), "{run}");
    assert!(!run.stderr.contains("inserted") && !run.stderr.contains("updated") && run.stdout.is_empty(), "{run}");
}

#[test]
fn document_000() {
    for major in with_vector() {
        let seeding = Seeding::from_folder(major, &folder("tests/projects/document_000"));
        let run = seeding.run(&["seed"]);
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run}");
        assert!(run.stderr.contains("row security does not bind"), "{run}");
        let user = seeding.value(
            "SELECT u.email || ' ' || u.role || ' of ' || t.name FROM users u JOIN tenants t ON t.id = u.tenant_id",
        );
        assert_eq!(user, "admin@acme.com owner of Acme Corporation");
        assert!(seeding.value("SELECT password_hash FROM users").starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_eq!(seeding.value("SELECT domain_whitelist->>1 FROM widgets"), "https://www.acme.com");
        assert_eq!(seeding.value("SELECT count(*) FROM sessions"), "3");
        again(&seeding, &["seed"]);
    }
}

/// The repository's own seeds: the demo tenant, and volume for staging.
#[test]
fn document_001() {
    let seeding = Seeding::from_folder(18, &folder(""));
    seeding.project.write("dbtool.toml", "tenant_setting = 'app.current_tenant_id'\n");
    let run = seeding.run(&["seed", "--env", "development"]);
    assert_eq!(run.code, 0, "{run}");
    let shown = run.stdout.trim_end().strip_prefix("tenants.acme.api_key = ").unwrap().to_owned();
    assert!(shown.starts_with("pk_test_") && shown.len() == 8 + 32, "{run}");
    assert_eq!(seeding.value("SELECT api_key FROM tenants"), shown);
    assert!(run.stderr.contains("14 tables as declared") && run.stderr.contains("FORCE was lifted"), "{run}");
    for table in ["tenants", "users", "auth_sessions", "widgets", "knowledge_documents", "ai_personalities"] {
        assert_eq!(seeding.value(&format!("SELECT count(*) FROM {table}")), "1", "{table}");
    }
    let in_30_days = "SELECT expires BETWEEN now() + '29 days' AND now() + '31 days' FROM auth_sessions";
    assert_eq!(seeding.value(in_30_days), "t");
    let length =
        "SELECT round(vector_norm(embedding)::numeric, 3) || ' ' || vector_dims(embedding) FROM knowledge_documents";
    assert_eq!(seeding.value(length), "1.000 1024");
    again(&seeding, &["seed", "--env", "development"]);
    seeding.all_closed();
}

#[test]
fn document_001_in_volume() {
    let seeding = Seeding::from_folder(16, &folder(""));
    seeding.project.write("dbtool.toml", "tenant_setting = 'app.current_tenant_id'\n");
    let small = seeding.project.read("seeds/volume.toml").replace("repeat = 50", "repeat = 3");
    seeding.seed("volume.toml", &small);
    let args = ["seed", "volume", "--env", "staging", "--seed-value", "1"];
    let run = seeding.run(&args);
    assert_eq!(run.code, 0, "{run}");
    let sound =
        "SELECT count(*) FROM messages m JOIN sessions s ON s.id = m.session_id JOIN tenants t ON t.id = s.tenant_id";
    assert_eq!(seeding.value(sound), (3 * 40 * 5).to_string());
    let even = "SELECT string_agg(DISTINCT n::text, ' ') FROM (SELECT count(*) n FROM sessions GROUP BY tenant_id) x";
    assert_eq!(seeding.value(even), "40");
    let parent = "SELECT bool_and(u.email = 'user' || right(u.email, -4)) AND bool_and(t.name = 'Tenant ' || substring(u.email from '@tenant(\\d+)'))
                  FROM users u JOIN tenants t ON t.id = u.tenant_id";
    assert_eq!(seeding.value(parent), "t", "each user is told to belong to the tenant that it belongs to");
    again(&seeding, &args);
    seeding.all_closed();
}

#[test]
fn document_004() {
    let seeding = Seeding::from_folder(18, &folder("tests/projects/document_004"));
    let run = seeding.run(&["seed"]);
    assert_eq!(run.code, 0, "{run}");
    let key = run.stdout.trim_end().strip_prefix("api_key = ").unwrap().to_owned();
    assert!(key.starts_with("ci_test_") && key.len() == 8 + 64, "{run}");
    let hash: String = Sha256::digest(&key).iter().map(|byte| format!("{byte:02x}")).collect();
    let stored = "SELECT key_hash || ' ' || prefix || ' ' || (scopes->>3) || ' ' || environment FROM api_keys";
    assert_eq!(seeding.value(stored), format!("{hash} {} admin test", &key[..16]));
    assert!(seeding.value("SELECT password_hash FROM users").starts_with("$argon2id$"));
    assert_eq!(seeding.value("SELECT a.resource_id = p.id FROM audit_logs a, projects p"), "t");
    again(&seeding, &["seed"]);
    seeding.all_closed();
    let json = seeding.run(&["-q", "seed", "--format", "json"]);
    let summary: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((summary["way"].as_str(), summary["after"]["as_declared"].as_u64()), (Some("owner"), Some(6)), "{json}");
    assert_eq!(summary["tables"][0]["unchanged"].as_u64(), Some(1), "{json}");
    assert_eq!((json.code, json.stderr.as_str()), (0, ""));
}
