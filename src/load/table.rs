//! `[table.NAME]`.

use super::builder::Builder;
use super::draft::Draft;
use super::fields::{Fields, Text, text, texts, word as word_of};
use super::names;
use super::policy_set::{self, PolicySets};
use super::report::Place;
use super::shared::named;
use super::tree::{Field, Value};
use super::{constraint, exclusion, grant, index, lineage, policy, trigger};
use crate::kind::{Cluster, Granted, IdentifiedBy, KindTag, PrimaryKey, ReplicaIdentity, RowSecurity, Table};
use crate::schema::Id;
use crate::sql::Expr;
use crate::types;

const ROW_SECURITY: &[(&str, Option<RowSecurity>)] = &[
    ("off", None),
    ("on", Some(RowSecurity { enabled: true, forced: false })),
    ("force", Some(RowSecurity { enabled: true, forced: true })),
    ("off but forced", Some(RowSecurity { enabled: false, forced: true })),
];

/// Reads `[table.NAME]`, with all that belongs to a table.
pub(super) fn all(builder: &mut Builder<'_>, top: &mut Fields<'_>, sets: &PolicySets) {
    let tables = named(top, "table");
    let ids = tables.iter().filter_map(|(key, _)| names::split(key));
    builder.tables = ids.map(|(namespace, name)| Id::new(KindTag::Table, &namespace, &name)).collect();
    for (key, field) in lineage::parents_first(builder, tables) {
        one(builder, key, field, sets);
    }
}

fn one(builder: &mut Builder<'_>, key: &str, field: &Field, sets: &PolicySets) {
    let Some(mut fields) = Fields::of(builder.report, &field.node, &field.key_at) else { return };
    let Some(id) = names::id(builder.report, KindTag::Table, key, field) else { return };
    has_columns(builder, key, field);
    let partition_by = fields.text("partition_by").and_then(|said| partition_by(builder, &said));
    let access_method = fields.text("access_method").map(|said| said.text).filter(|name| name != "heap");
    let table =
        Table { unlogged: fields.flag("unlogged"), with: fields.parameters("with"), partition_by, access_method };
    let comment = fields.comment();
    builder.add(&id, table, comment, &field.key_at);
    builder.renamed(&id, fields.text("renamed_from"));
    lineage::ties(builder, &id, &mut fields);
    lineage::columns(builder, &id, &mut fields);
    if let Some(field) = fields.field("primary_key") {
        primary_key(builder, &id, field);
    }
    for (name, field) in named(&mut fields, "unique") {
        constraint::unique(builder, &id, name, field);
    }
    for (name, field) in named(&mut fields, "check") {
        constraint::check(builder, &id, name, field);
    }
    for (name, field) in named(&mut fields, "foreign_key") {
        constraint::foreign_key(builder, &id, name, field);
    }
    for (name, field) in named(&mut fields, "index") {
        index::one(builder, &id, name, field);
    }
    for (name, field) in named(&mut fields, "index_names") {
        lineage::index_name(builder, &id, name, field);
    }
    for (name, field) in named(&mut fields, "policy") {
        policy::one(builder, &id, name, field);
    }
    if let Some(field) = fields.field("policies") {
        policy_set::spread(builder, &id, field, sets);
    }
    row_security(builder, &id, &mut fields);
    replica_identity(builder, &id, &mut fields);
    cluster(builder, &id, &mut fields);
    for (name, field) in named(&mut fields, "trigger") {
        trigger::one(builder, &id, name, field);
    }
    for (name, field) in named(&mut fields, "exclude") {
        exclusion::one(builder, &id, name, field);
    }
    grant::read(&mut fields, Granted::Table).add(builder, &id);
    fields.finish();
}

/// `range (created_at)`, `list (region)` or `hash (id)`.
fn partition_by(builder: &Builder<'_>, said: &Text) -> Option<Expr> {
    let (strategy, keys) = said.text.trim().split_at(said.text.trim().find('(').unwrap_or(said.text.trim().len()));
    let strategy = strategy.trim().to_uppercase();
    if !["RANGE", "LIST", "HASH"].contains(&strategy.as_str()) || !keys.ends_with(')') || Expr::check(keys).is_err() {
        let hint = "write `range (column)`, `list (column)` or `hash (column)`";
        builder.report.hint(&said.at, format!("`{}` is no way to partition a table", said.text), hint);
        return None;
    }
    Some(format!("{strategy} {keys}").as_str().into())
}

/// A policy or an index of a table without columns is most likely one of a table whose name is misspelt.
fn has_columns(builder: &Builder<'_>, key: &str, field: &Field) {
    const OF_COLUMNS: [&str; 8] =
        ["primary_key", "unique", "check", "foreign_key", "index", "policy", "policies", "trigger"];
    let Value::Table(table) = &field.node.value else { return };
    let Some(section) = OF_COLUMNS.iter().find(|section| table.contains_key(**section)) else { return };
    if table.contains_key("column") || lineage::is_child(field) {
        return;
    }
    let mut others: Vec<&str> = builder.tables.iter().map(|id| id.name.as_str()).filter(|name| *name != key).collect();
    others.sort_unstable();
    let hint = match types::nearest(key, others.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("columns are declared in `[table.{key}.column]`"),
    };
    builder.report.hint(&field.key_at, format!("table `{key}` has no columns, and a `{section}`"), hint);
}

fn row_security(builder: &mut Builder<'_>, table: &Id, fields: &mut Fields<'_>) {
    let at = fields.field("row_security").map(|field| field.key_at.clone());
    let state = fields.word("row_security", ROW_SECURITY).flatten();
    if let (Some(state), Some(at)) = (state, at) {
        builder.add(&Id::own(KindTag::RowSecurity, table), state, None, &at);
    }
}

/// `"full"`, `"nothing"`, or a table with the `index`.
fn replica_identity(builder: &mut Builder<'_>, table: &Id, fields: &mut Fields<'_>) {
    const WORDS: &[(&str, Option<IdentifiedBy>)] =
        &[("default", None), ("full", Some(IdentifiedBy::Full)), ("nothing", Some(IdentifiedBy::Nothing))];
    let Some(field) = fields.field("replica_identity") else { return };
    let id = Id::own(KindTag::ReplicaIdentity, table);
    let by = if matches!(field.node.value, Value::Table(_)) {
        let Some(mut inner) = Fields::of(builder.report, &field.node, &field.key_at) else { return };
        let name = inner.required("index", "the replica identity").and_then(|node| text(builder.report, node));
        inner.finish();
        builder.note(&id, name.clone());
        name.map(|name| IdentifiedBy::Index(name.text))
    } else {
        let said = text(builder.report, &field.node);
        said.and_then(|said| word_of(builder.report, &said, WORDS)).flatten()
    };
    if let Some(by) = by {
        builder.add(&id, ReplicaIdentity { by }, None, &field.key_at);
    }
}

/// The index by which CLUSTER sorts.
pub(super) fn cluster(builder: &mut Builder<'_>, table: &Id, fields: &mut Fields<'_>) {
    let at = fields.field("cluster_on").map(|field| field.key_at.clone());
    if let (Some(on), Some(at)) = (fields.text("cluster_on"), at) {
        let id = Id::own(KindTag::Cluster, table);
        builder.note(&id, [on.clone()]);
        builder.add(&id, Cluster { on: on.text }, None, &at);
    }
}

/// `["id"]`, or a table with `columns` and more.
fn primary_key(builder: &mut Builder<'_>, table: &Id, field: &Field) {
    let report = builder.report;
    let mut draft = Draft::new(table, &field.key_at, PrimaryKey::default());
    let columns: Vec<Text>;
    let mut key = PrimaryKey::default();
    if let Value::Table(_) = field.node.value {
        let Some(mut fields) = Fields::of(report, &field.node, &field.key_at) else { return };
        draft.name = fields.text("name").filter(|name| names::is_name(report, &name.text, &name.at));
        columns = fields.texts("columns");
        let include = fields.texts("include");
        key.include = constraint::names_of(&include);
        draft.texts.extend(include);
        key.without_overlaps = fields.flag("without_overlaps");
        key.with = fields.parameters("with");
        key.deferral = constraint::deferral(&mut fields);
        key.index_comment = constraint::index_comment(&mut fields);
        key.only = super::index::only(builder, table, &mut fields);
        draft.comment = fields.comment();
        draft.renamed_from = fields.text("renamed_from");
        fields.finish();
    } else {
        columns = texts(report, &field.node);
    }
    if !constraint::are_columns(builder, &columns, &field.key_at) {
        return;
    }
    key.columns = constraint::names_of(&columns);
    draft.texts.extend(columns);
    draft.object = key.into();
    builder.drafts.push(draft);
}

/// A primary key that a column says of itself.
pub(super) fn primary_key_of_column(builder: &mut Builder<'_>, table: &Id, column: &str, at: &Place) {
    let key = PrimaryKey { columns: vec![column.to_owned()], ..PrimaryKey::default() };
    builder.drafts.push(Draft::new(table, at, key));
}
