//! The primary key of a table.

use serde::{Deserialize, Serialize};

use super::beside::{self, Key};
use super::catalog::Value::{self, Json, Numbers, Text};
use super::catalog::object;
use super::constraint::{self, DEFERRAL_SQL, Deferral, INDEX_COMMENT};
use super::parameters::{Parameters, alter_index, from_catalog, sorted, with_clause};
use super::partly::{self, Spread};
use super::{Beside, CatalogRow, Index, IndexKey, KeyTarget, Kind, Known, Lookup, Touch};
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

/// The key and its included columns as the catalog numbers them.
#[derive(Deserialize)]
pub(super) struct RawKey {
    table: u32,
    keys: Vec<i16>,
    index: Vec<i16>,
    key_count: usize,
    #[serde(default)]
    with: Vec<String>,
    without_overlaps: bool,
    deferral: Deferral,
    index_comment: Option<String>,
    only: bool,
    whole: bool,
}

impl RawKey {
    pub(super) fn key(&self, lookup: &Lookup) -> anyhow::Result<PrimaryKey> {
        let include = self.index.get(self.key_count..).unwrap_or_default();
        Ok(PrimaryKey {
            columns: lookup.columns(self.table, &self.keys)?,
            include: lookup.columns(self.table, include)?,
            without_overlaps: self.without_overlaps,
            with: from_catalog(&self.with),
            deferral: self.deferral,
            index_comment: self.index_comment.clone(),
            only: self.only,
            whole: Known(self.whole),
        })
    }
}

/// SQL for whether a `pg_index i` is of a table in partitions alone, and for whether that has none.
pub(super) const ONLY_SQL: &str = "NOT i.indisvalid AND x.relkind = 'I'";
pub(super) const WHOLE_SQL: &str =
    "x.relkind = 'I' AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = r.oid)";

/// The catalog query for constraints that stand on a unique index, with what else the object holds.
pub(super) fn key_catalog(version: u32, contype: char, more: Option<(&str, Value<'_>)>) -> String {
    let mut properties = vec![
        ("table", Json("c.conrelid")),
        ("keys", Json("array_to_json(c.conkey)")),
        ("index", Numbers("i.indkey")),
        ("key_count", Json("i.indnkeyatts")),
        ("with", Json("array_to_json(x.reloptions)")),
        ("without_overlaps", Json(constraint::period_sql(version))),
        ("deferral", Text(DEFERRAL_SQL)),
        ("index_comment", Text("said.description")),
        ("only", Json(ONLY_SQL)),
        ("whole", Json(WHOLE_SQL)),
    ];
    properties.extend(more);
    format!(
        "SELECT 'pg_constraint'::regclass, c.oid, 0, r.nspname, r.relname, c.conname, 0, {} \
           FROM pg_constraint c JOIN rel r ON r.oid = c.conrelid JOIN pg_index i ON i.indexrelid = c.conindid \
           JOIN pg_class x ON x.oid = c.conindid {INDEX_COMMENT} WHERE c.contype = '{contype}' AND c.conparentid = 0",
        object(&properties)
    )
}

impl Kind for PrimaryKey {
    const WORD: &'static str = "primary key";
    const BELONGS_TO_TABLE: bool = true;
    const NEEDS_WHOLE: bool = true;
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
        let hazard = crate::hazard::BREAKS_CODE.because("rows can be equal; ON CONFLICT and foreign keys need it");
        constraint::on_table(id, cx, constraint::drop_constraint(id), [hazard])
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { columns, include, without_overlaps, with, deferral, index_comment: _, only, whole: _ } = to;
        let same = (columns, include) == (&self.columns, &self.include)
            && (without_overlaps, deferral, only) == (&self.without_overlaps, &self.deferral, &self.only);
        if self.only && !to.only && (Self { only: false, ..self.clone() }) == *to {
            return to.over_partitions(id, cx, |spread| spread.finished());
        }
        let in_place = if same { alter_index(&self.with, with, id, cx) } else { None };
        if in_place.is_some() {
            return in_place;
        }
        if let Some(index) = cx.current.stand_in(id) {
            return Some(to.key().takes_over(index, id, cx));
        }
        if let Some(steps) = to.over_partitions(id, cx, |spread| spread.takes_over()) {
            return Some(steps);
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
        Beside::StandsOn(self.index().into())
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
        key_catalog(version, 'p', None)
    }

    fn read(row: &CatalogRow<'_>, lookup: &Lookup) -> anyhow::Result<Self> {
        serde_json::from_str::<RawKey>(row.object)?.key(lookup)
    }
}

impl PrimaryKey {
    fn key(&self) -> Key<'_> {
        let Self { columns, include, without_overlaps: _, with, deferral, index_comment, only: _, whole: _ } = self;
        let (nulls_not_distinct, deferral, index_comment) = (false, *deferral, index_comment.as_deref());
        Key { word: beside::PRIMARY_KEY, columns, include, nulls_not_distinct, with, deferral, index_comment }
    }

    /// The index that it stands on.
    fn index(&self) -> Index {
        let Self { columns, include, with, .. } = self;
        Index {
            using: "btree".to_owned(),
            unique: true,
            nulls_not_distinct: false,
            keys: columns.iter().map(|column| IndexKey::plain(KeyTarget::Column(column.clone()))).collect(),
            include: include.clone(),
            r#where: None,
            with: with.clone(),
            only: false,
            valid: true,
            whole: Default::default(),
        }
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
        let Self { columns, include, without_overlaps, with, deferral, index_comment: _, only: _, whole: _ } = self;
        let columns = key_columns(columns, *without_overlaps);
        let rest = format!("{}{}{}", including(include), with_clause(with), deferral.clause());
        format!("CONSTRAINT {} PRIMARY KEY ({columns}){rest}", quote_ident(&id.name))
    }
}

/// The columns of a key, the last one a period or not.
pub(super) fn key_columns(columns: &[String], without_overlaps: bool) -> String {
    let period = if without_overlaps { " WITHOUT OVERLAPS" } else { "" };
    format!("{}{period}", ident_list(columns))
}

/// ` INCLUDE (…)`, or nothing.
pub(super) fn including(include: &[String]) -> String {
    if include.is_empty() { String::new() } else { format!(" INCLUDE ({})", ident_list(include)) }
}
