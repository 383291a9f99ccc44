//! A seed changes rows and nothing else: what its scripts and functions did to the catalog is found before the commit.

use anyhow::{Context as _, Result};
use tokio_postgres::Client;

use crate::error::failure;
use crate::schema::Id;

/// Catalogs in which a seed has no business, each with what its rows are called and which of them are temporary.
const CATALOGS: [(&str, &str, &str); 14] = [
    (
        "pg_class",
        "x.oid::regclass::text",
        "x.relpersistence = 't' OR x.relnamespace IN (SELECT oid FROM temporary) OR x.oid = ANY ($1)",
    ),
    (
        "pg_attribute",
        "x.attrelid::regclass::text",
        "EXISTS (SELECT FROM pg_class c WHERE c.oid = x.attrelid AND c.relnamespace IN (SELECT oid FROM temporary))",
    ),
    (
        "pg_attrdef",
        "x.adrelid::regclass::text",
        "EXISTS (SELECT FROM pg_class c WHERE c.oid = x.adrelid AND c.relnamespace IN (SELECT oid FROM temporary))",
    ),
    ("pg_policy", "x.polname::text", "false"),
    ("pg_proc", "x.oid::regprocedure::text", "x.pronamespace IN (SELECT oid FROM temporary)"),
    (
        "pg_trigger",
        "x.tgname::text",
        "EXISTS (SELECT FROM pg_class c WHERE c.oid = x.tgrelid AND c.relnamespace IN (SELECT oid FROM temporary))",
    ),
    (
        "pg_rewrite",
        "x.ev_class::regclass::text",
        "EXISTS (SELECT FROM pg_class c WHERE c.oid = x.ev_class AND c.relnamespace IN (SELECT oid FROM temporary))",
    ),
    ("pg_constraint", "x.conname::text", "x.connamespace IN (SELECT oid FROM temporary)"),
    ("pg_type", "x.oid::regtype::text", "x.typnamespace IN (SELECT oid FROM temporary)"),
    ("pg_enum", "x.enumlabel::text", "false"),
    ("pg_namespace", "x.nspname::text", "x.oid IN (SELECT oid FROM temporary)"),
    ("pg_default_acl", "x.oid::text", "false"),
    ("pg_auth_members", "x.roleid::regrole::text", "false"),
    ("pg_db_role_setting", "x.setrole::regrole::text", "false"),
];

/// What is not to change of the tables whose FORCE is lifted, as text: their own rows in `pg_class` change by that.
///
/// # Errors
/// The server refuses or is lost.
pub(super) async fn of_tables(client: &Client, tables: &[Id]) -> Result<String> {
    let names: Vec<String> = tables.iter().map(Id::sql).collect();
    let sql = "SELECT coalesce(string_agg(ROW(c.oid, c.relowner, c.relacl, c.relfilenode, c.relrowsecurity, c.relnatts, c.relchecks,
                      c.relhasrules, c.relhastriggers, c.reloptions, c.relreplident, c.relpartbound)::text, ';' ORDER BY c.oid), '')
               FROM pg_catalog.pg_class c WHERE c.oid IN (SELECT name::pg_catalog.regclass FROM pg_catalog.unnest($1::text[]) AS name)";
    let row = client.query_one(sql, &[&names]).await.context("cannot look at the catalog")?;
    Ok(row.get(0))
}

/// Sees to it that the transaction changed nothing of the catalog but the FORCE of the lifted tables.
///
/// Rows of the catalog that this transaction made are visible to it and not committed: nobody else's are both.
///
/// # Errors
/// A failure that names what was changed.
pub(super) async fn only_rows(client: &Client, lifted: &[Id], before: &str) -> Result<()> {
    let names: Vec<String> = lifted.iter().map(Id::sql).collect();
    let sql = "SELECT coalesce(array_agg(name::pg_catalog.regclass::pg_catalog.oid), '{}') FROM pg_catalog.unnest($1::text[]) AS name";
    let oids: Vec<u32> = client.query_one(sql, &[&names]).await.context("cannot look at the catalog")?.get(0);
    let parts: Vec<String> = CATALOGS
        .iter()
        .map(|(catalog, name, temporary)| {
            format!("SELECT '{catalog}', {name} FROM pg_catalog.{catalog} x, me WHERE {OURS} AND NOT coalesce({temporary}, false)")
        })
        .collect();
    let sql = format!("{HEAD} {}", parts.join(" UNION ALL ") + " LIMIT 1");
    let changed = client.query_opt(&sql, &[&oids]).await.context("cannot look at the catalog")?;
    let what = match changed {
        Some(row) => Some(format!("`{}` in {}", row.get::<_, String>(1), row.get::<_, &str>(0))),
        None if of_tables(client, lifted).await? != before => Some("a table whose FORCE is lifted".to_owned()),
        None => None,
    };
    match what {
        None => Ok(()),
        Some(what) => {
            let hint = "a seed writes rows; what changes the schema is a migration; nothing was written";
            Err(failure(format!("the seed changed the schema: {what}"), hint))
        }
    }
}

/// This transaction, and the namespaces of temporary objects.
const HEAD: &str = "WITH me AS (SELECT pg_catalog.pg_current_xact_id()::text::bigint AS xid),
    temporary AS (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname ~ '^pg_(toast_)?temp_')";

/// Whether a row was made by this transaction or a part of it: not older than its beginning, and still in progress. A row
/// shows the lower half of its number only: one that would lie far in the future is of the round before.
const OURS: &str = "CASE WHEN x.xmin::text::bigint - me.xid % 4294967296 BETWEEN 0 AND 10000000
    THEN pg_catalog.pg_xact_status((me.xid - me.xid % 4294967296 + x.xmin::text::bigint)::text::pg_catalog.xid8) = 'in progress'
    ELSE false END";
