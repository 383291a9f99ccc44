//! A unique constraint. (A unique index without a constraint is an index.)

use serde::{Deserialize, Serialize};

use super::catalog::Value::Json;
use super::constraint::{self, Deferral};
use super::primary_key::{RawKey, including, key_catalog};
use super::{CatalogRow, Kind, Lookup};
use crate::hazard::{BLOCKS_WRITES, BREAKS_CODE, BUILDS_INDEX, MAY_FAIL};
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::{ident_list, quote_ident};

/// A unique constraint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unique {
    /// The columns, in the order of the key.
    pub columns: Vec<String>,
    /// Columns that the index carries without comparing them.
    pub include: Vec<String>,
    /// Whether two NULLs are equal.
    pub nulls_not_distinct: bool,
    /// When it is checked.
    pub deferral: Deferral,
}

impl Kind for Unique {
    const WORD: &'static str = "unique";
    const BELONGS_TO_TABLE: bool = true;
    const IS_RELATION: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let hazards = [
            BLOCKS_WRITES.because("readers and writers wait while the index is built"),
            BUILDS_INDEX.because(format!("`{}`", id.name)),
            MAY_FAIL.because("rows with equal values"),
        ];
        constraint::on_table(id, cx, constraint::add_constraint(id, &self.text(id)), hazards)
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let hazard = BREAKS_CODE.because("rows can be equal; ON CONFLICT and foreign keys need it");
        constraint::on_table(id, cx, constraint::drop_constraint(id), [hazard])
    }

    fn alter(&self, to: &Self, _id: &Id, _cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { columns, include, nulls_not_distinct, deferral } = to;
        let same = (columns, include) == (&self.columns, &self.include)
            && (nulls_not_distinct, deferral) == (&self.nulls_not_distinct, &self.deferral);
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
        key_catalog(version, 'u', Some(("nulls_not_distinct", Json("i.indnullsnotdistinct"))))
    }

    fn read(row: &CatalogRow<'_>, lookup: &Lookup) -> anyhow::Result<Self> {
        #[derive(Deserialize)]
        struct Raw {
            #[serde(flatten)]
            key: RawKey,
            nulls_not_distinct: bool,
            deferral: Deferral,
        }
        let raw: Raw = serde_json::from_str(row.object)?;
        let (columns, include) = raw.key.names(lookup)?;
        Ok(Self { columns, include, nulls_not_distinct: raw.nulls_not_distinct, deferral: raw.deferral })
    }
}

impl Unique {
    fn text(&self, id: &Id) -> String {
        let Self { columns, include, nulls_not_distinct, deferral } = self;
        let nulls = if *nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
        let (name, columns) = (quote_ident(&id.name), ident_list(columns));
        format!("CONSTRAINT {name} UNIQUE{nulls} ({columns}){}{}", including(include), deferral.clause())
    }
}
