//! What the constraint kinds share.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::index_partition::whole_called;
use super::{KindTag, Object, Touch};
use crate::hazard::Hazard;
use crate::plan::Step;
use crate::schema::{Id, Schema};

/// When a constraint is checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deferral {
    /// At each statement.
    #[default]
    NotDeferrable,
    /// At each statement, unless the transaction defers it.
    Immediate,
    /// At the end of the transaction.
    Deferred,
}

impl Deferral {
    /// The clause, with a blank in front; empty for the default.
    pub(crate) fn clause(self) -> &'static str {
        match self {
            Self::NotDeferrable => "",
            Self::Immediate => " DEFERRABLE",
            Self::Deferred => " DEFERRABLE INITIALLY DEFERRED",
        }
    }
}

/// SQL for whether a `pg_constraint c` is about a period of time, which only PostgreSQL 18 and later have.
pub(super) fn period_sql(version: u32) -> &'static str {
    if version >= 180_000 { "c.conperiod" } else { "false" }
}

/// SQL for whether a `pg_constraint c` is enforced; before PostgreSQL 18 each is.
pub(super) fn enforced_sql(version: u32) -> &'static str {
    if version >= 180_000 { "c.conenforced" } else { "true" }
}

/// What stands behind a check or a foreign key that does not hold for every row.
pub(super) fn validity(enforced: bool, validated: bool) -> &'static str {
    match (enforced, validated) {
        (false, _) => " NOT ENFORCED",
        (true, false) => " NOT VALID",
        (true, true) => "",
    }
}

/// SQL for a [`Deferral`] from `pg_constraint c`.
pub(super) const DEFERRAL_SQL: &str = "CASE WHEN NOT c.condeferrable THEN 'not_deferrable' \
    WHEN c.condeferred THEN 'deferred' ELSE 'immediate' END";

/// The join with the comment on the index of a `pg_constraint c`.
pub(super) const INDEX_COMMENT: &str = "LEFT JOIN pg_description said ON said.classoid = 'pg_class'::regclass \
    AND said.objoid = c.conindid AND said.objsubid = 0";

/// `ALTER TABLE … DROP CONSTRAINT …`.
pub(super) fn drop_constraint(id: &Id) -> String {
    format!("ALTER TABLE {} DROP CONSTRAINT {}", id.table_sql(), id.name_sql())
}

/// `ALTER TABLE … ADD …`.
pub(super) fn add_constraint(id: &Id, clause: &str) -> String {
    format!("ALTER TABLE {} ADD {clause}", id.table_sql())
}

/// `ALTER TABLE … VALIDATE CONSTRAINT …`, which reads every row and lets readers and writers through.
pub(super) fn validate(id: &Id, fails: Hazard) -> Step {
    let sql = format!("ALTER TABLE {} VALIDATE CONSTRAINT {}", id.table_sql(), id.name_sql());
    Step::risky(sql, [fails])
}

/// How `COMMENT ON` names a constraint.
pub(super) fn comment_target(id: &Id) -> Option<String> {
    Some(format!("CONSTRAINT {} ON {}", id.name_sql(), id.table_sql()))
}

/// `ALTER TABLE … RENAME CONSTRAINT …`.
pub(super) fn rename(from: &Id, to: &str) -> Option<String> {
    let to = crate::sql::quote_ident(to);
    Some(format!("ALTER TABLE {} RENAME CONSTRAINT {} TO {to}", from.table_sql(), from.name_sql()))
}

/// The table, or what stands for one, and the named columns of it.
pub(super) fn table_and_columns(id: &Id, columns: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<Id> {
    let table = Id::new(KindTag::Table, &id.namespace, &id.owner);
    let columns = columns.into_iter().map(|column| Id::of(KindTag::Column, &table, column.as_ref()));
    columns.chain(id.owners()).collect()
}

/// The table, and whatever index or constraint with an index it has under a name, by itself or as a partition.
pub(super) fn table_and_index(id: &Id, index: Option<&str>, schema: &Schema) -> Vec<Id> {
    let table = Id::new(KindTag::Table, &id.namespace, &id.owner);
    let named = schema.children(&table).map(|(child, _)| child);
    let named = named.filter(|child| child.kind.is_relation() && Some(child.name.as_str()) == index);
    let mut needs: Vec<Id> = named.cloned().collect();
    if let Some(whole) = index.filter(|_| needs.is_empty()).and_then(|name| whole_called(schema, &table, name)) {
        needs.push(Id::of(KindTag::IndexPartition, &table, &whole.name));
        needs.extend([whole, Id::own(KindTag::Partition, &table)]);
    }
    needs.into_iter().chain(id.owners()).collect()
}

/// Whether what is marked on an index is lost with a change of that index: it is built anew, or a new one takes its place.
pub(super) fn loses_index(other: &Id, touch: Touch<'_>) -> bool {
    match touch {
        Touch::Replaced | Touch::Dropped => true,
        // What is built anew beside the old one takes its marks over.
        Touch::Altered(..) | Touch::Rebuilt => other.kind == KindTag::Index && matches!(touch, Touch::Rebuilt),
    }
}

/// A check about a column, which the server reads every row for when the column gets another type.
pub(super) fn checked_again(column: &Id, cx: &crate::plan::Context<'_>) -> Option<String> {
    let table = column.table()?;
    let mut checks = cx.desired.children_of(&table, KindTag::Check).filter(|(id, _)| cx.current.contains(id));
    let about = |object: &Object| match object {
        Object::Check(check) => check.enforced && crate::sql::mentions(check.expression.as_str(), &column.name),
        _ => false,
    };
    checks.find(|(_, entry)| about(&entry.object)).map(|(id, _)| id.name.clone())
}

/// The columns of a table that a text names.
pub(super) fn mentioned_columns(id: &Id, text: &str, schema: &Schema) -> Vec<Id> {
    let table = Id::new(KindTag::Table, &id.namespace, &id.owner);
    let columns = schema.children_of(&table, KindTag::Column);
    let names = meant_names(text);
    columns.filter(|(column, _)| names.contains(&column.name)).map(|(column, _)| column.clone()).collect()
}

fn meant_names(text: &str) -> HashSet<String> {
    crate::sql::names_and_calls_in(text).into_iter().map(|(name, _)| name).collect()
}

/// What a text that may hold a sub-select names: objects, and the columns of the tables among them, which it reads.
pub(super) fn mentioned_in_query(text: &str, schema: &Schema) -> Vec<Id> {
    let mut found = schema.mentioned(text);
    let names = meant_names(text);
    let tables = found.iter().filter(|id| id.kind == KindTag::Table);
    let columns = tables.flat_map(|table| schema.children_of(table, KindTag::Column)).map(|(column, _)| column);
    let read: Vec<Id> = columns.filter(|column| names.contains(&column.name)).cloned().collect();
    found.extend(read);
    found
}

/// What a type names; of a table also its columns, whose types cannot change any more once its rows are somewhere's values.
pub(crate) fn rows_of(name: &str, schema: &Schema) -> Vec<Id> {
    let mut needs = schema.mentioned(name);
    let tables: Vec<Id> = needs.iter().filter(|id| id.kind == KindTag::Table).cloned().collect();
    let columns = tables.iter().flat_map(|table| schema.children_of(table, KindTag::Column));
    needs.extend(columns.map(|(column, _)| column.clone()));
    needs
}

/// The columns of tables whose rows a text takes as a whole: `SELECT *`, `INSERT INTO t VALUES`.
pub(crate) fn whole_rows(text: &str, schema: &Schema) -> Vec<Id> {
    let tokens = crate::sql::tokens_of(text).unwrap_or_default();
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.text.eq_ignore_ascii_case(word));
    let star = |at: usize| {
        is(at, "*") && at > 0 && [",", ".", "select", "returning", "distinct"].iter().any(|w| is(at - 1, w))
    };
    let values = |at: usize| {
        let name = at + if is(at + 3, ".") { 5 } else { 3 };
        // MERGE has said the table before.
        let merged = is(at + 1, "values") || is(at + 1, "overriding");
        is(at, "insert") && (merged || (is(at + 1, "into") && !is(name, "(")))
    };
    if !(0..tokens.len()).any(|at| star(at) || values(at)) {
        return Vec::new();
    }
    let tables = schema.mentioned(text).into_iter().filter(|id| id.kind == KindTag::Table);
    tables
        .flat_map(|table| schema.children_of(&table, KindTag::Column).map(|(id, _)| id.clone()).collect::<Vec<_>>())
        .collect()
}

/// One statement that only the named hazards of an existing table make dangerous.
pub(super) fn on_table(
    id: &Id,
    cx: &crate::plan::Context<'_>,
    sql: String,
    hazards: impl IntoIterator<Item = crate::hazard::Hazard>,
) -> Vec<Step> {
    let new = id.table().is_none_or(|table| cx.is_new(&table));
    vec![if new { Step::safe(sql) } else { Step::risky(sql, hazards) }]
}
