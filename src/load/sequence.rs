//! `[sequence.NAME]`, and the sequences that columns bring along.

use super::builder::Builder;
use super::column::numbers;
use super::fields::{Fields, Text};
use super::naming::make;
use super::report::Place;
use super::shared::named;
use super::tree::Field;
use super::{grant, names, report::Report};
use crate::kind::{Granted, KindTag, Numbers, Object, Sequence, SequenceOwner};
use crate::schema::{DEFAULT_NAMESPACE, Id};
use crate::sql::{self, Expr};
use crate::types;

/// Reads `[sequence.NAME]`.
pub(super) fn all(builder: &mut Builder<'_>, top: &mut Fields<'_>) {
    for (key, field) in named(top, "sequence") {
        one(builder, key, field);
    }
}

fn one(builder: &mut Builder<'_>, key: &str, field: &Field) {
    let report = builder.report;
    let Some(mut fields) = Fields::of(report, &field.node, &field.key_at) else { return };
    let Some(id) = names::id(report, KindTag::Sequence, key, field) else { return };
    let r#type = fields.text("type").map_or_else(|| "bigint".to_owned(), |said| integer(report, &said));
    let unlogged = fields.flag("unlogged");
    let sequence = Sequence { numbers: numbers(&mut fields, &r#type), unlogged, r#type };
    let owner = fields.text("owned_by").filter(|said| said.text != "none");
    let comment = fields.comment();
    let renamed_from = fields.text("renamed_from");
    let grants = grant::read(&mut fields, Granted::Sequence);
    fields.finish();
    builder.add(&id, sequence, comment, &field.key_at);
    grants.add(builder, &id);
    builder.renamed(&id, renamed_from);
    if let Some(said) = owner {
        owned(builder, &id, &said);
    }
}

/// The type that a sequence counts in.
pub(super) fn integer(report: &Report, said: &Text) -> String {
    let canonical = types::canonical(&said.text);
    if !["bigint", "integer", "smallint"].contains(&canonical.as_str()) {
        report.say(&said.at, format!("a sequence counts in bigint, integer or smallint, not in `{}`", said.text));
    }
    canonical
}

/// `table.column`, the table in the namespace of the sequence, which may be said too.
fn owned(builder: &mut Builder<'_>, sequence: &Id, said: &Text) {
    let parts = names::parts(&said.text).unwrap_or_default();
    let (table, column) = match parts.as_slice() {
        [table, column] => (&**table, &**column),
        [namespace, table, column] if *namespace == sequence.namespace => (&**table, &**column),
        _ => {
            let hint = "write `table.column`; both have to be in the same schema";
            return builder.report.hint(&said.at, format!("`{}` does not name a column", said.text), hint);
        }
    };
    let table = Id::new(KindTag::Table, &sequence.namespace, table);
    let id = Id::of(KindTag::SequenceOwner, &table, &sequence.name);
    builder.note(&id, [Text { text: column.to_owned(), at: said.at.clone() }]);
    builder.add(&id, SequenceOwner { column: column.to_owned() }, None, &said.at);
}

/// What `serial` stands for: the default of the column, and the sequence that belongs to it.
pub(super) fn of_serial(builder: &mut Builder<'_>, column: &Id, r#type: &str, at: &Place) -> Expr {
    let id = Id::new(KindTag::Sequence, &column.namespace, &make(&column.owner, Some(&column.name), "seq"));
    brought_along(builder, &id, column, r#type, at);
    let shown = if id.namespace == DEFAULT_NAMESPACE { id.name_sql() } else { id.sql() };
    format!("nextval({}::regclass)", sql::quote_literal(&shown)).into()
}

fn brought_along(builder: &mut Builder<'_>, id: &Id, column: &Id, r#type: &str, at: &Place) {
    if builder.schema.contains(id) {
        return;
    }
    let Some(table) = column.table() else { return };
    let sequence = Sequence { r#type: r#type.to_owned(), unlogged: false, numbers: Numbers::default() };
    builder.add(id, sequence, None, at);
    let owner = Id::of(KindTag::SequenceOwner, &table, &id.name);
    builder.add(&owner, SequenceOwner { column: column.name.clone() }, None, at);
}

/// A default that counts with a sequence that nobody declares: then it is the column's own, as `serial` makes one.
pub(super) fn of_defaults(builder: &mut Builder<'_>) {
    let counts = builder.schema.of_kind(KindTag::Column).filter_map(|(id, entry)| {
        let Object::Column(column) = &entry.object else { return None };
        let sequence = sql::counted_with(column.default.as_ref()?.as_str())?;
        let whole = ["bigint", "integer", "smallint"].contains(&column.r#type.as_str());
        Some((id.clone(), sequence, if whole { column.r#type.clone() } else { "bigint".to_owned() }))
    });
    let counts: Vec<_> = counts.collect();
    for (column, (namespace, name), r#type) in counts {
        let namespace = namespace.unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned());
        let id = Id::new(KindTag::Sequence, &namespace, &name);
        if let (true, Some(at)) = (namespace == column.namespace, builder.place_of(&column).cloned()) {
            brought_along(builder, &id, &column, &r#type, &at);
        }
    }
}

/// Lets a sequence that a column brought along be called after the former names of the table and the column.
pub(super) fn rename(builder: &mut Builder<'_>) {
    let former = |builder: &Builder<'_>, id: &Id| builder.schema.renamed_from.get(id).cloned();
    let owners = builder.schema.of_kind(KindTag::SequenceOwner).map(|(id, entry)| (id.clone(), entry.object.clone()));
    for (owner, object) in owners.collect::<Vec<_>>() {
        let (Some(table), Object::SequenceOwner(SequenceOwner { column })) = (owner.table(), object) else { continue };
        let column = Id::of(KindTag::Column, &table, &column);
        let (old_table, old_column) = (former(builder, &table), former(builder, &column));
        let made = |table: Option<&String>, column: Option<&String>, owner: &Id, id: &Id| {
            make(table.unwrap_or(&owner.owner), Some(column.unwrap_or(&id.name)), "seq")
        };
        let id = Id::new(KindTag::Sequence, &owner.namespace, &owner.name);
        let old = made(old_table.as_ref(), old_column.as_ref(), &owner, &column);
        if made(None, None, &owner, &column) == id.name && old != id.name {
            builder.schema.renamed_from.entry(id).or_insert(old);
        }
    }
}
