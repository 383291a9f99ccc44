//! refinery's history table: what was applied, when and with which checksum. Only read here; refinery writes it.

use anyhow::{Context, Result};
use refinery_core::Migration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Row};

use crate::error::{Hint, failure};

/// refinery's own table, in `public` whatever the search path, so that plain refinery reads the same history.
pub const HISTORY: &str = "public.refinery_schema_history";

/// A row of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The migration's number.
    pub version: i32,
    /// Its name.
    pub name: String,
    /// When it was applied, as refinery wrote it: RFC 3339, UTC.
    pub applied_on: String,
    /// The checksum of what was applied.
    pub checksum: u64,
}

impl Applied {
    /// How it is shown: `V0003__add_invoices`.
    pub fn label(&self) -> String {
        format!("V{:04}__{}", self.version, self.name)
    }

    pub(super) fn to_refinery(&self) -> Result<Migration> {
        let unreadable = || format!("the history row of {} holds no readable date", self.label());
        let applied_on = OffsetDateTime::parse(&self.applied_on, &Rfc3339).with_context(unreadable)?;
        Ok(Migration::applied(self.version, self.name.clone(), applied_on, self.checksum))
    }

    fn from_row(row: &Row) -> Result<Applied> {
        let version: i64 = row.try_get(0)?;
        let text = |column: usize| row.try_get::<_, Option<String>>(column).map(Option::unwrap_or_default);
        let (name, applied_on, checksum) = (text(1)?, text(2)?, text(3)?);
        let odd = |what: &str| format!("the history row of version {version} holds {what}");
        Ok(Applied {
            version: i32::try_from(version).with_context(|| odd("a number that is too large"))?,
            name,
            applied_on,
            checksum: checksum
                .parse()
                .with_context(|| odd(&format!("`{checksum}` where refinery writes a checksum, a whole number")))
                .hint(format!(
                    "put back what is in a backup of `{HISTORY}`, or `DELETE` the row and `migrate --fake {version}`"
                ))?,
        })
    }
}

/// A migration of refinery's, which computes the checksum.
pub(super) fn unapplied(version: i32, name: &str, sql: &str) -> Result<Migration> {
    let refused = || format!("refinery does not take V{version}__{name}");
    Migration::unapplied(&format!("V{version}__{name}.sql"), sql).with_context(refused)
}

/// Whether the history table is there.
pub(super) async fn exists(client: &Client) -> Result<bool> {
    // A role that may not look into the namespace sees its catalog all the same.
    let query = "SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                 WHERE n.nspname || '.' || c.relname = $1)";
    let row = client.query_typed_one(query, &[(&HISTORY, Type::TEXT)]).await;
    Ok(row.context("cannot look for the migration history")?.get(0))
}

/// The history, oldest first; empty where the table is not there. Creates nothing.
pub(super) async fn read(client: &Client) -> Result<Vec<Applied>> {
    if !exists(client).await? {
        return Ok(Vec::new());
    }
    // Whatever somebody made the columns: what is in them is read, and judged by what it says.
    let columns =
        "version::pg_catalog.int8, name::pg_catalog.text, applied_on::pg_catalog.text, checksum::pg_catalog.text";
    let query = format!("SELECT {columns} FROM {HISTORY} ORDER BY 1");
    let rows = match client.query_typed(&query, &[]).await {
        Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
            let hint = format!("`GRANT SELECT ON {HISTORY} TO` this role, or connect as the owner");
            return Err(error).context(format!("cannot read `{HISTORY}`")).hint(hint);
        }
        Err(error) if error.code() == Some(&SqlState::UNDEFINED_COLUMN) => {
            let message = format!("`{HISTORY}` is not refinery's history table");
            return Err(failure(message, "rename that table; migrate makes its own"));
        }
        rows => rows.with_context(|| format!("cannot read `{HISTORY}`"))?,
    };
    let applied = rows.iter().map(Applied::from_row).collect::<Result<Vec<_>>>()?;
    match applied.iter().zip(applied.iter().skip(1)).find(|(one, next)| one.version == next.version) {
        Some((one, next)) => Err(twice(one, next)),
        None => Ok(applied),
    }
}

/// A number that two rows have: refinery's own table has a key that forbids it.
fn twice(one: &Applied, next: &Applied) -> anyhow::Error {
    let Applied { version, applied_on, .. } = one;
    let message = format!(
        "`{HISTORY}` says twice that version {version} was applied: `{}` on {applied_on}, and `{}` on {}",
        one.label(),
        next.label(),
        next.applied_on
    );
    let hint = format!("delete the row that is not true, then `ALTER TABLE {HISTORY} ADD PRIMARY KEY (version)`");
    failure(message, hint)
}
