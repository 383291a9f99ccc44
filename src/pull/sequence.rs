//! `[sequence.NAME]`, and the sequences that columns bring along without a word.

use std::collections::HashMap;

use super::names::shown;
use super::value::{Body, Toml};
use super::write::{flag, push};
use crate::kind::{Column, KindTag, Numbers, Object, Sequence};
use crate::load::make;
use crate::schema::{DEFAULT_NAMESPACE, Entry, Id, Schema};
use crate::sql::counted_with;

/// What is said of a sequence; to whom it belongs comes from [`owners`].
pub(super) fn body(sequence: &Sequence) -> Body {
    let Sequence { r#type, unlogged, numbers } = sequence;
    let mut body = Body::new();
    push(&mut body, "type", (r#type != "bigint").then(|| Toml::text(r#type)));
    flag(&mut body, "unlogged", *unlogged);
    body.extend(of_numbers(numbers));
    body
}

/// What a sequence counts.
pub(super) fn of_numbers(numbers: &Numbers) -> Body {
    let Numbers { start, increment, min, max, cache, cycle } = numbers;
    let mut body = Body::new();
    for (name, value) in [("start", start), ("increment", increment), ("min", min), ("max", max), ("cache", cache)] {
        push(&mut body, name, value.map(|value| Toml::Number(value.to_string())));
    }
    flag(&mut body, "cycle", *cycle);
    body
}

/// The columns that sequences belong to, by the sequences.
pub(super) fn owners(schema: &Schema) -> HashMap<Id, Id> {
    let owner = |(id, entry): (&Id, &Entry)| match &entry.object {
        Object::SequenceOwner(owner) => Some((of_owner(id), Id::of(KindTag::Column, &id.table()?, &owner.column))),
        _ => None,
    };
    schema.of_kind(KindTag::SequenceOwner).filter_map(owner).collect()
}

/// The sequence that an owner is the owner of.
pub(super) fn of_owner(id: &Id) -> Id {
    Id::new(KindTag::Sequence, &id.namespace, &id.name)
}

/// `owned_by`: the column, with its table.
pub(super) fn owned_by(column: &Id) -> Toml {
    Toml::text(format!("{}.{}", shown("", &column.owner), shown("", &column.name)))
}

/// Whether the column that a sequence belongs to brings it along as it is.
pub(super) fn comes_along(schema: &Schema, id: &Id, entry: &Entry, owner: Option<&Id>) -> bool {
    let (Object::Sequence(sequence), None) = (&entry.object, &entry.comment) else { return false };
    let column = owner.and_then(|column| schema.object(column));
    let Some(Object::Column(column)) = column else { return false };
    let whole = matches!(column.r#type.as_str(), "bigint" | "integer" | "smallint");
    let counts = if whole { column.r#type.as_str() } else { "bigint" };
    sequence.numbers == Numbers::default()
        && sequence.r#type == counts
        && !sequence.unlogged
        && counted(column).as_ref() == Some(id)
}

/// The sequence that a column takes its default from.
fn counted(column: &Column) -> Option<Id> {
    let (namespace, name) = counted_with(column.default.as_ref()?.as_str())?;
    Some(Id::new(KindTag::Sequence, namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE), &name))
}

/// `serial` and its like, where that is all that there is to say of a column's type, default and NULL, and the sequence
/// is the column's own.
pub(super) fn serial(schema: &Schema, id: &Id, column: &Column) -> Option<&'static str> {
    let short = match column.r#type.as_str() {
        "bigint" => "bigserial",
        "integer" => "serial",
        "smallint" => "smallserial",
        _ => return None,
    };
    let usual = Id::new(KindTag::Sequence, &id.namespace, &make(&id.owner, Some(&id.name), "seq"));
    let plain = format!("nextval({}::regclass)", crate::sql::quote_literal(&words(&usual)));
    let is_usual = column.default.as_ref().is_some_and(|default| *default == plain.as_str().into());
    let owned = id.table().is_some_and(|table| schema.contains(&Id::of(KindTag::SequenceOwner, &table, &usual.name)));
    (column.not_null && is_usual && owned && schema.contains(&usual)).then_some(short)
}

/// A sequence as the server names it in a default.
fn words(id: &Id) -> String {
    if id.namespace == DEFAULT_NAMESPACE { id.name_sql() } else { id.sql() }
}
