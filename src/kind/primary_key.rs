//! The primary key of a table.

use serde::{Deserialize, Serialize};

use super::catalog::Value::{self, Json, Numbers, Text};
use super::catalog::object;
use super::constraint::{self, DEFERRAL_SQL, Deferral, no_period};
use super::{CatalogRow, Kind, Lookup};
use crate::hazard::{BLOCKS_WRITES, BUILDS_INDEX, MAY_FAIL};
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::{ident_list, quote_ident};

/// A primary key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrimaryKey {
    /// The columns, in the order of the key.
    pub columns: Vec<String>,
    /// Columns that the index carries without comparing them.
    pub include: Vec<String>,
    /// When it is checked.
    pub deferral: Deferral,
}

/// The key and its included columns as the catalog numbers them.
#[derive(Deserialize)]
pub(super) struct RawKey {
    table: u32,
    keys: Vec<i16>,
    index: Vec<i16>,
    key_count: usize,
}

impl RawKey {
    pub(super) fn names(&self, lookup: &Lookup) -> anyhow::Result<(Vec<String>, Vec<String>)> {
        let include = self.index.get(self.key_count..).unwrap_or_default();
        Ok((lookup.columns(self.table, &self.keys)?, lookup.columns(self.table, include)?))
    }
}

/// The catalog query for constraints that stand on a unique index, with what else the object holds.
pub(super) fn key_catalog(version: u32, contype: char, more: Option<(&str, Value<'_>)>) -> String {
    let mut properties = vec![
        ("table", Json("c.conrelid")),
        ("keys", Json("array_to_json(c.conkey)")),
        ("index", Numbers("i.indkey")),
        ("key_count", Json("i.indnkeyatts")),
        ("deferral", Text(DEFERRAL_SQL)),
    ];
    properties.extend(more);
    format!(
        "SELECT 'pg_constraint'::regclass, c.oid, 0, r.nspname, r.relname, c.conname, 0, {} \
           FROM pg_constraint c JOIN rel r ON r.oid = c.conrelid JOIN pg_index i ON i.indexrelid = c.conindid \
          WHERE c.contype = '{contype}' AND {}",
        object(&properties),
        no_period(version)
    )
}

impl Kind for PrimaryKey {
    const WORD: &'static str = "primary key";
    const BELONGS_TO_TABLE: bool = true;
    const IS_RELATION: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let hazards = [
            BLOCKS_WRITES.because("readers and writers wait while the index is built"),
            BUILDS_INDEX.because(format!("`{}`", id.name)),
            MAY_FAIL.because("rows with equal or missing values"),
        ];
        constraint::on_table(id, cx, constraint::add_constraint(id, &self.text(id)), hazards)
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let hazard = crate::hazard::BREAKS_CODE.because("rows can be equal; ON CONFLICT and foreign keys need it");
        constraint::on_table(id, cx, constraint::drop_constraint(id), [hazard])
    }

    fn alter(&self, to: &Self, _id: &Id, _cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { columns, include, deferral } = to;
        let same = (columns, include, deferral) == (&self.columns, &self.include, &self.deferral);
        same.then(Vec::new)
    }

    fn clause(&self, id: &Id) -> Option<String> {
        Some(self.text(id))
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        constraint::comment_target(id)
    }

    fn rename(&self, from: &Id, to: &str) -> Option<String> {
        constraint::rename(from, to)
    }

    fn depends_on(&self, id: &Id, _schema: &Schema) -> Vec<Id> {
        constraint::table_and_columns(id, self.columns.iter().chain(&self.include))
    }

    fn catalog(version: u32) -> String {
        key_catalog(version, 'p', None)
    }

    fn read(row: &CatalogRow<'_>, lookup: &Lookup) -> anyhow::Result<Self> {
        #[derive(Deserialize)]
        struct Raw {
            #[serde(flatten)]
            key: RawKey,
            deferral: Deferral,
        }
        let raw: Raw = serde_json::from_str(row.object)?;
        let (columns, include) = raw.key.names(lookup)?;
        Ok(Self { columns, include, deferral: raw.deferral })
    }
}

impl PrimaryKey {
    fn text(&self, id: &Id) -> String {
        let Self { columns, include, deferral } = self;
        let name = quote_ident(&id.name);
        format!("CONSTRAINT {name} PRIMARY KEY ({}){}{}", ident_list(columns), including(include), deferral.clause())
    }
}

/// ` INCLUDE (…)`, or nothing.
pub(super) fn including(include: &[String]) -> String {
    if include.is_empty() { String::new() } else { format!(" INCLUDE ({})", ident_list(include)) }
}
