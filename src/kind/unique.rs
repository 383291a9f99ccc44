//! A unique constraint. (A unique index without a constraint is an index.)

use serde::{Deserialize, Serialize};

use super::beside::{self, Key};
use super::catalog::Value::Json;
use super::constraint::{self, Deferral};
use super::parameters::{Parameters, alter_index, sorted, with_clause};
use super::partly::{self, Spread};
use super::primary_key::{RawKey, including, key_catalog, key_columns};
use super::{Beside, CatalogRow, Kind, Known, Lookup, PrimaryKey, Touch};
use crate::hazard::BREAKS_CODE;
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::quote_ident;

/// A unique constraint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unique {
    /// The columns, in the order of the key.
    pub columns: Vec<String>,
    /// Columns that the index carries without comparing them.
    pub include: Vec<String>,
    /// Whether two NULLs are equal.
    pub nulls_not_distinct: bool,
    /// Whether the last column is a period that may not overlap with that of another row (PostgreSQL 18).
    pub without_overlaps: bool,
    /// Storage parameters of its index.
    #[serde(serialize_with = "sorted")]
    pub with: Parameters,
    /// When it is checked.
    pub deferral: Deferral,
    /// The comment on its index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index_comment: Option<String>,
    /// Whether it is of a table in partitions alone: not each of them has its part of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only: bool,
    /// Whether its table has no partition, so that nothing is missing from it.
    #[serde(default, skip_serializing)]
    pub whole: Known<bool>,
}

impl Kind for Unique {
    const WORD: &'static str = "unique";
    const BELONGS_TO_TABLE: bool = true;
    const IS_RELATION: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        if self.only {
            return partly::created(id, &|id, only| self.added(id, only, cx), cx);
        }
        if !self.without_overlaps && beside::is_built_beside(id, cx) {
            return self.key().create(id);
        }
        self.over_partitions(id, cx, |spread| spread.created()).unwrap_or_else(|| self.added(id, false, cx))
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let hazard = BREAKS_CODE.because("rows can be equal; ON CONFLICT and foreign keys need it");
        constraint::on_table(id, cx, constraint::drop_constraint(id), [hazard])
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { columns, include, nulls_not_distinct, without_overlaps, with, deferral, only, .. } = to;
        let same = (columns, include, deferral) == (&self.columns, &self.include, &self.deferral)
            && (nulls_not_distinct, without_overlaps, only)
                == (&self.nulls_not_distinct, &self.without_overlaps, &self.only);
        if self.only && !to.only && (Self { only: false, ..self.clone() }) == *to {
            return to.over_partitions(id, cx, |spread| spread.finished());
        }
        let in_place = if same { alter_index(&self.with, with, id, cx) } else { None };
        if in_place.is_some() {
            return in_place;
        }
        let periods = self.without_overlaps || *without_overlaps;
        if !periods && beside::is_replaced_beside(id, cx) {
            return Some(to.key().replace(&self.key(), id, cx));
        }
        let breaks = to.key().breaks_after(&self.key());
        to.over_partitions(id, cx, |spread| spread.replaced(breaks).filter(|_| !periods && !only))
    }

    fn adopt(&mut self, live: &Self, _goes: &dyn Fn(&Id) -> bool) {
        // Of a table without partitions it is whole, whatever is said.
        self.only &= live.only || !live.whole.0;
    }

    fn beside(&self) -> Beside {
        if self.without_overlaps {
            return Beside::Hinders("a temporal key is about it");
        }
        Beside::Made(self.clone().into())
    }

    fn clause(&self, id: &Id) -> Option<String> {
        // What makes the table would give the partitions their parts.
        (!self.only).then(|| self.text(id))
    }

    fn index_comment(&self) -> Option<&str> {
        self.index_comment.as_deref()
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

    fn steps_aside(&self, _id: &Id, _other: &Id, touch: Touch<'_>) -> bool {
        // On the way a period may be a text, which cannot overlap.
        matches!(touch, Touch::Replaced) || (self.without_overlaps && matches!(touch, Touch::Rebuilt))
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
        }
        let Raw { key, nulls_not_distinct } = serde_json::from_str(row.object)?;
        let PrimaryKey { columns, include, without_overlaps, with, deferral, index_comment, only, whole } =
            key.key(lookup)?;
        Ok(Self { columns, include, nulls_not_distinct, without_overlaps, with, deferral, index_comment, only, whole })
    }
}

impl Unique {
    fn key(&self) -> Key<'_> {
        let Self { columns, include, nulls_not_distinct, with, deferral, index_comment, .. } = self;
        let (nulls_not_distinct, deferral, index_comment) = (*nulls_not_distinct, *deferral, index_comment.as_deref());
        Key { word: "UNIQUE", columns, include, nulls_not_distinct, with, deferral, index_comment }
    }

    /// What is done for it in the partitions of its table.
    fn over_partitions(
        &self,
        id: &Id,
        cx: &Context<'_>,
        steps: impl FnOnce(&Spread<'_>) -> Option<Vec<Step>>,
    ) -> Option<Vec<Step>> {
        let (key, object) = ((!self.without_overlaps).then(|| self.key()), self.clone().into());
        steps(&Spread { id, object: &object, key, adds: &|id, only| self.added(id, only, cx), cx })
    }

    /// The statement that adds it, to a table in partitions alone or to all.
    fn added(&self, id: &Id, only: bool, cx: &Context<'_>) -> Vec<Step> {
        self.key().added(id, &self.text(id), self.without_overlaps, only, cx)
    }

    fn text(&self, id: &Id) -> String {
        let Self { columns, include, nulls_not_distinct, without_overlaps, with, deferral, .. } = self;
        let nulls = if *nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
        let (name, columns) = (quote_ident(&id.name), key_columns(columns, *without_overlaps));
        let rest = format!("{}{}{}", including(include), with_clause(with), deferral.clause());
        format!("CONSTRAINT {name} UNIQUE{nulls} ({columns}){rest}")
    }
}
