//! FORCE ROW LEVEL SECURITY, lifted for the length of a transaction.
//!
//! `ALTER TABLE ... NO FORCE` is transactional and holds ACCESS EXCLUSIVE until the end: no other session ever sees the
//! table un-forced, and a crash rolls it back. What was forced is noted under that lock, so that nobody can change it in
//! between, and exactly that is forced again.

use anyhow::{Context as _, Result};
use tokio_postgres::Client;

use crate::kind::{KindTag, RowSecurity};
use crate::schema::{Id, Schema};

/// How a table stands to the role that seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The table.
    pub table: Id,
    /// Whether row security is on.
    pub enabled: bool,
    /// Whether it binds the owner.
    pub forced: bool,
    /// Whether the role is the owner, or a member of the owner's role.
    pub owned: bool,
    /// Whether policies bind the role here and now.
    pub bound: bool,
    /// Whether the role may read it at all.
    pub readable: bool,
    /// About how many rows there are, as the statistics have it.
    pub estimate: f64,
    /// How many indexes have to be kept up, and how many of them are pgvector's.
    pub indexes: (i64, i64),
}

impl Standing {
    /// Whether FORCE has to be lifted for the role to write freely: it owns the table, and is bound.
    pub fn is_lifted(&self) -> bool {
        self.owned && self.bound && self.forced
    }
}

const STANDING: &str = "
    SELECT n.nspname::text, c.relname::text, c.relrowsecurity, c.relforcerowsecurity,
           pg_catalog.pg_has_role(c.relowner, 'USAGE'), pg_catalog.row_security_active(c.oid),
           GREATEST(c.reltuples, pg_catalog.pg_stat_get_live_tuples(c.oid), 0)::float8,
           (SELECT count(*) FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid),
           (SELECT count(*) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
              JOIN pg_catalog.pg_am m ON m.oid = x.relam WHERE i.indrelid = c.oid AND m.amname IN ('hnsw', 'ivfflat')),
           pg_catalog.has_table_privilege(c.oid, 'SELECT')
    FROM ROWS FROM (unnest($1::text[]), unnest($2::text[])) WITH ORDINALITY AS wanted (namespace, name, position)
    JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.namespace
    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name AND c.relkind IN ('r', 'p')
    ORDER BY wanted.position";

/// How tables stand; those that are not there are left out.
///
/// # Errors
/// The server refuses or is lost.
pub async fn standing(client: &Client, tables: &[Id]) -> Result<Vec<Standing>> {
    let (namespaces, names) = names(tables.iter());
    let rows = client.query(STANDING, &[&namespaces, &names]).await.context("cannot look at the tables")?;
    let one = |row: &tokio_postgres::Row| {
        Ok(Standing {
            table: Id::new(KindTag::Table, row.try_get(0)?, row.try_get(1)?),
            enabled: row.try_get(2)?,
            forced: row.try_get(3)?,
            owned: row.try_get(4)?,
            bound: row.try_get(5)?,
            estimate: row.try_get(6)?,
            indexes: (row.try_get(7)?, row.try_get(8)?),
            readable: row.try_get(9)?,
        })
    };
    rows.iter().map(one).collect()
}

fn names<'a>(tables: impl Iterator<Item = &'a Id>) -> (Vec<String>, Vec<String>) {
    tables.map(|table| (table.namespace.clone(), table.name.clone())).unzip()
}

/// Locks the tables for good, notes which of them are forced now, and lifts that. Gives those that were.
///
/// # Errors
/// A lock is not granted in time, or the server refuses.
pub async fn lift(client: &Client, tables: &[Id]) -> Result<Vec<Id>, tokio_postgres::Error> {
    for table in tables {
        // One by one and in one order, so that two runs cannot block each other in a circle.
        client.batch_execute(&format!("LOCK TABLE ONLY {} IN ACCESS EXCLUSIVE MODE", table.sql())).await?;
    }
    let (namespaces, names) = names(tables.iter());
    let rows = client.query(STANDING, &[&namespaces, &names]).await?;
    let forced = rows.iter().filter(|row| row.get::<_, bool>(3));
    let forced: Vec<Id> = forced.map(|row| Id::new(KindTag::Table, row.get(0), row.get(1))).collect();
    for table in &forced {
        client.batch_execute(&format!("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY", table.sql())).await?;
    }
    Ok(forced)
}

/// Forces again what was lifted.
///
/// # Errors
/// The server refuses.
pub async fn restore(client: &Client, lifted: &[Id]) -> Result<(), tokio_postgres::Error> {
    for table in lifted {
        client.batch_execute(&format!("ALTER TABLE {} FORCE ROW LEVEL SECURITY", table.sql())).await?;
    }
    Ok(())
}

/// A declared table whose row security is weaker than it is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The table.
    pub table: Id,
    /// What it is declared to have.
    pub declared: RowSecurity,
    /// Whether row security is on at all.
    pub enabled: bool,
}

impl Open {
    /// What puts it right.
    pub fn remedy(&self) -> String {
        let mut clauses = Vec::new();
        if !self.enabled {
            clauses.push("ENABLE ROW LEVEL SECURITY");
        }
        if self.declared.forced {
            clauses.push("FORCE ROW LEVEL SECURITY");
        }
        format!("ALTER TABLE {} {}", self.table.sql(), clauses.join(", "))
    }
}

/// What the declaration says of row security, and what the database does not have of it. Also how many are as declared.
///
/// # Errors
/// The server refuses or is lost.
pub async fn open_tables(client: &Client, declared: &Schema) -> Result<(Vec<Open>, usize)> {
    let wanted: Vec<(Id, RowSecurity)> = declared
        .of_kind(KindTag::RowSecurity)
        .filter_map(|(id, entry)| Some((id.table()?, *<&RowSecurity>::try_from(&entry.object).ok()?)))
        .filter(|(_, security)| security.enabled)
        .collect();
    let (namespaces, names) = names(wanted.iter().map(|(table, _)| table));
    let rows = client.query(STANDING, &[&namespaces, &names]).await.context("cannot check row security")?;
    let (mut open, mut count) = (Vec::new(), 0);
    for (table, declared) in wanted {
        let found =
            rows.iter().find(|row| row.get::<_, &str>(0) == table.namespace && row.get::<_, &str>(1) == table.name);
        let Some((enabled, forced)) = found.map(|row| (row.get::<_, bool>(2), row.get::<_, bool>(3))) else { continue };
        if enabled && (forced || !declared.forced) {
            count += 1;
        } else {
            open.push(Open { table, declared, enabled });
        }
    }
    Ok((open, count))
}
