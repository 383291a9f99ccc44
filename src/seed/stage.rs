//! Rows on their way into a table: a temporary table beside it, filled by COPY, from which sets are written.
//!
//! What is there already is found by joining, not by asking row by row. Nothing here knows where the rows come from.

use anyhow::Result;
use tokio_postgres::Client;
use tokio_postgres::types::ToSql;

use super::model::Mode;
use super::sequence;
use crate::kind::{Column, IdentityWhen, KindTag};
use crate::schema::{Id, Schema};
use crate::sql::quote_ident;

mod look;

/// The columns of the stage's own; no table is likely to have such.
const ORDINAL: &str = "\"dbtool:row\"";
const CONTEXT: &str = "\"dbtool:tenant\"";
/// The same, unquoted.
pub(super) const LEAD: [&str; 2] = ["dbtool:row", "dbtool:tenant"];

/// A temporary table with rows for another.
#[derive(Debug)]
pub(super) struct Stage<'a> {
    client: &'a Client,
    /// The temporary table.
    name: String,
    /// The table that the rows are for.
    table: &'a Id,
    columns: Vec<(String, &'a Column)>,
    key: &'a [String],
    mode: Mode,
    /// Columns that a row which is there keeps.
    kept: Vec<String>,
}

/// What to write: rows of one table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    /// The table.
    pub table: &'a Id,
    /// The columns that are given.
    pub columns: &'a [String],
    /// Which of them tell whether a row is there.
    pub key: &'a [String],
    /// What happens to one that is.
    pub mode: Mode,
    /// Columns that a row which is there keeps.
    pub kept: &'a [String],
}

/// How many rows were written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// New ones.
    pub inserted: u64,
    /// Those whose values changed.
    pub updated: u64,
    /// Those that were there, as they are.
    pub unchanged: u64,
}

impl Counts {
    /// Adds those of other rows.
    pub(super) fn add(&mut self, more: Counts) {
        self.inserted += more.inserted;
        self.updated += more.updated;
        self.unchanged += more.unchanged;
    }
}

impl<'a> Stage<'a> {
    /// Makes the temporary table; it goes with the transaction.
    ///
    /// # Errors
    /// The role may not create temporary tables, or the server is lost.
    pub(super) async fn create(
        client: &'a Client,
        number: usize,
        declared: &'a Schema,
        subject: Subject<'a>,
    ) -> Result<Stage<'a>> {
        let find = |name: &String| {
            let object = declared.object(&Id::of(KindTag::Column, subject.table, name))?;
            Some((name.clone(), <&Column>::try_from(object).ok()?))
        };
        let columns: Vec<(String, &Column)> = subject.columns.iter().filter_map(find).collect();
        let stage = Stage {
            client,
            name: format!("pg_temp.\"dbtool:seed {number}\""),
            table: subject.table,
            columns,
            key: subject.key,
            mode: subject.mode,
            kept: subject.kept.to_vec(),
        };
        let mut clauses = vec![format!("{ORDINAL} bigint PRIMARY KEY"), format!("{CONTEXT} text")];
        clauses.extend(stage.columns.iter().map(|(name, column)| {
            let collation = column.collation.as_ref().map(|name| format!(" COLLATE {name}")).unwrap_or_default();
            format!("{} {}{collation}", quote_ident(name), column.r#type)
        }));
        let sql = format!("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP", stage.name, clauses.join(", "));
        client.batch_execute(&sql).await?;
        Ok(stage)
    }

    /// The temporary table's name, unquoted.
    pub(super) fn bare_name(&self) -> &str {
        self.name.trim_start_matches("pg_temp.").trim_matches('"')
    }

    /// Lets the planner know what is on it.
    ///
    /// # Errors
    /// The server is lost.
    pub(super) async fn analyze(&self) -> Result<(), tokio_postgres::Error> {
        self.client.batch_execute(&format!("ANALYZE {}", self.name)).await
    }

    /// The COPY that fills it: row number, tenant, then the columns.
    pub(super) fn copy(&self, format: &str) -> String {
        format!("COPY {} ({ORDINAL}, {CONTEXT}, {}) FROM STDIN (FORMAT {format})", self.name, self.names(""))
    }

    /// Lets the server compute a column of some rows, as far as they are a tenant's.
    ///
    /// # Errors
    /// The expression fails.
    pub(super) async fn compute(
        &self,
        column: &str,
        expression: &str,
        rows: &[i64],
        tenant: Option<&str>,
    ) -> Result<(), tokio_postgres::Error> {
        let sql = format!(
            "UPDATE {} s SET {} = ({expression}\n) WHERE s.{ORDINAL} = ANY($1) AND s.{CONTEXT} IS NOT DISTINCT FROM $2",
            self.name,
            quote_ident(column)
        );
        self.client.execute(&sql, &[&rows, &tenant]).await.map(|_| ())
    }

    /// Makes a column of the row itself, as it is or as it is there already, its tenant.
    ///
    /// # Errors
    /// The server refuses.
    pub(super) async fn own_tenant(&self, column: &str, look: bool) -> Result<(), tokio_postgres::Error> {
        let column = quote_ident(column);
        let found = if look && !self.key.is_empty() {
            format!(
                "coalesce((SELECT t.{column}::text FROM {} t WHERE {} LIMIT 1), s.{column}::text)",
                self.table.sql(),
                self.matches()
            )
        } else {
            format!("s.{column}::text")
        };
        self.client.execute(&format!("UPDATE {} s SET {CONTEXT} = {found}", self.name), &[]).await.map(|_| ())
    }

    /// The tenants of the rows, in the order of the rows.
    ///
    /// # Errors
    /// The server is lost.
    pub(super) async fn tenants(&self) -> Result<Vec<Option<String>>, tokio_postgres::Error> {
        let sql = format!("SELECT {CONTEXT} FROM {} GROUP BY 1 ORDER BY min({ORDINAL})", self.name);
        let rows = self.client.query(&sql, &[]).await?;
        if rows.len() > 1 {
            self.client
                .batch_execute(&format!("CREATE INDEX ON {} ({CONTEXT}); ANALYZE {}", self.name, self.name))
                .await?;
        }
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Writes the rows of one tenant; all of them without one.
    ///
    /// # Errors
    /// The server refuses.
    pub(super) async fn write(&self, tenant: Option<&str>) -> Result<Counts, tokio_postgres::Error> {
        let (of_tenant, parameters) = of_tenant(&tenant);
        let total: i64 = self
            .client
            .query_one(&format!("SELECT count(*) FROM {} s WHERE {of_tenant}", self.name), &parameters)
            .await?
            .get(0);
        let updated = if self.mode == Mode::Upsert { self.update(&of_tenant, &parameters).await? } else { 0 };
        let missing = if self.looks() { format!(" AND {}", self.missing()) } else { String::new() };
        let overriding = self.columns.iter().any(|(_, column)| {
            column.identity.as_ref().is_some_and(|identity| identity.generated == IdentityWhen::Always)
        });
        let sql = format!(
            "INSERT INTO {} ({}){} SELECT {} FROM {} s WHERE {of_tenant}{missing} ORDER BY s.{ORDINAL}",
            self.table.sql(),
            self.names(""),
            if overriding { " OVERRIDING SYSTEM VALUE" } else { "" },
            self.names("s."),
            self.name,
        );
        let inserted = self.client.execute(&sql, &parameters).await?;
        let unchanged = u64::try_from(total).unwrap_or_default().saturating_sub(inserted + updated);
        Ok(Counts { inserted, updated, unchanged })
    }

    async fn update(&self, of_tenant: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<u64, tokio_postgres::Error> {
        let changing: Vec<&(String, &Column)> =
            self.columns.iter().filter(|(name, _)| !self.key.contains(name) && !self.kept.contains(name)).collect();
        if changing.is_empty() {
            return Ok(0);
        }
        let differs: Vec<String> = changing.iter().map(|(name, column)| differs(name, &column.r#type)).collect();
        let sets: Vec<String> = changing.iter().map(|(name, _)| format!("{0} = s.{0}", quote_ident(name))).collect();
        let sql = format!(
            "UPDATE {} t SET {} FROM {} s WHERE {of_tenant} AND {} AND ({})",
            self.table.sql(),
            sets.join(", "),
            self.name,
            self.matches(),
            differs.join(" OR "),
        );
        self.client.execute(&sql, parameters).await
    }

    /// Moves the sequences behind columns that were given past the values that they were given.
    ///
    /// # Errors
    /// The role may not read the sequence or move it.
    pub(super) async fn advance_sequences(&self) -> Result<(), tokio_postgres::Error> {
        for (name, column) in &self.columns {
            sequence::advance(self.client, self.table, name, column, &self.name).await?;
        }
        Ok(())
    }

    /// Gives the room back before the transaction ends.
    ///
    /// # Errors
    /// The server is lost.
    pub(super) async fn drop(self) -> Result<(), tokio_postgres::Error> {
        self.client.batch_execute(&format!("DROP TABLE {}", self.name)).await
    }

    /// Whether rows are looked for in the table.
    fn looks(&self) -> bool {
        self.mode != Mode::Insert && !self.key.is_empty()
    }

    fn missing(&self) -> String {
        format!("NOT EXISTS (SELECT FROM {} t WHERE {})", self.table.sql(), self.matches())
    }

    /// Whether `t` is the row that `s` is to be.
    fn matches(&self) -> String {
        let one = |name: &String| {
            let quoted = quote_ident(name);
            let not_null = self.columns.iter().any(|(known, column)| known == name && column.not_null);
            // Only `=` can use an index.
            if not_null {
                format!("t.{quoted} = s.{quoted}")
            } else {
                format!("(t.{quoted} = s.{quoted} OR t.{quoted} IS NULL AND s.{quoted} IS NULL)")
            }
        };
        self.key.iter().map(one).collect::<Vec<_>>().join(" AND ")
    }

    fn names(&self, prefix: &str) -> String {
        self.columns.iter().map(|(name, _)| format!("{prefix}{}", quote_ident(name))).collect::<Vec<_>>().join(", ")
    }
}

/// Which rows are a tenant's, and the parameter for it.
fn of_tenant<'a>(tenant: &'a Option<&'a str>) -> (String, Vec<&'a (dyn ToSql + Sync)>) {
    match tenant {
        Some(tenant) => (format!("s.{CONTEXT} = $1"), vec![tenant]),
        None => (format!("s.{CONTEXT} IS NULL"), Vec::new()),
    }
}

/// Whether a column differs; types without equality are compared by their text.
fn differs(name: &str, kind: &str) -> String {
    let name = quote_ident(name);
    let base = kind.split(['(', '[']).next().unwrap_or_default().trim();
    match base {
        "json" | "xml" | "point" | "line" | "lseg" | "box" | "path" | "polygon" | "circle" => {
            format!("t.{name}::text IS DISTINCT FROM s.{name}::text")
        }
        _ => format!("t.{name} IS DISTINCT FROM s.{name}"),
    }
}
