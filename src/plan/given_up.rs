//! Names that are left to others: that of an identity's sequence, those of parts of indexes, and that of a NOT NULL whose
//! column goes.
//!
//! PostgreSQL 18 leaves the name as it is when a column is renamed, so that a column may come whose NOT NULL is called like
//! that of one that goes. The new one may be needed before the old one can go (by a key, by a view): neither can wait for
//! the other, so the old one's NOT NULL is called otherwise until then.

use std::collections::HashMap;

use super::order::Operation;
use crate::kind::{Column, KindTag, Object, index_partition, ring_of_sequences};
use crate::load::make;
use crate::plan::aside::Way;
use crate::plan::{Context, Step};
use crate::schema::{Entry, Id, Schema};
use crate::sql::quote_ident;

/// What gives such names up.
pub(super) fn given_up(kinds: &HashMap<Id, Way>, cx: &Context<'_>) -> Vec<Operation> {
    let going = cx.current.of_kind(KindTag::Column).filter(|(id, _)| kinds.get(*id) == Some(&Way::Drop));
    let stays = |id: &Id| id.table().is_some_and(|table| kinds.get(&table).is_none_or(|way| *way == Way::Alter));
    let going = going.filter(|(id, _)| stays(id));
    going.filter_map(|(id, entry)| otherwise(id, entry, kinds, cx)).collect()
}

/// Whether an operation gives a name up: nothing else is done to what goes but that it goes.
pub(super) fn gives_up(op: &Operation, cx: &Context<'_>) -> bool {
    op.way == Way::Alter && op.id.kind == KindTag::Column && !cx.desired.contains(&op.id)
}

fn otherwise(id: &Id, entry: &Entry, kinds: &HashMap<Id, Way>, cx: &Context<'_>) -> Option<Operation> {
    let Object::Column(column) = &entry.object else { return None };
    let (table, name) = (id.table()?, column.not_null_name(id).filter(|_| column.not_null_as.kept.0)?);
    let takes = |(other, entry): (&Id, &Entry)| {
        let changes = other.kind == KindTag::Column && other != id && kinds.contains_key(other);
        changes && matches!(&entry.object, Object::Column(it) if it.not_null_name(other).as_ref() == Some(&name))
    };
    if !cx.desired.children(&table).any(takes) {
        return None;
    }
    let new = make(&table.name, Some(&id.name), "not_null_gone");
    let (from, to) = (quote_ident(&name), quote_ident(&new));
    let step = Step::safe(format!("ALTER TABLE {} RENAME CONSTRAINT {from} TO {to}", id.table_sql()));
    let object = Object::from(Column { not_null_as: column.not_null_as.called(new), ..column.clone() });
    let interim = Some(Entry { object, ..entry.clone() });
    Some(Operation { interim, ..Operation::new(id, Way::Alter, vec![step]) })
}

/// Other names than its own that something leaves as it goes or gets another: that of the sequence behind an identity, and
/// those of the parts that partitions have of a key or index.
pub(super) fn left_names(id: &Id, cx: &Context<'_>) -> Vec<Id> {
    let index = |name: &str| Id { kind: KindTag::Index, name: name.to_owned(), ..id.clone() };
    match cx.current.object(id) {
        // Those that take each other's do it all at once.
        Some(Object::IdentitySequence(sequence)) => {
            let alone = ring_of_sequences(id, cx).is_empty();
            alone.then(|| sequence.sequence(id)).into_iter().collect()
        }
        Some(Object::IndexPartition(part)) => vec![index(&part.name)],
        None if id.kind == KindTag::IndexPartition => {
            index_partition::name_before(id, cx).iter().map(|name| index(name)).collect()
        }
        Some(Object::Partition(tie)) => tie.copies.0.iter().map(|part| index(&part.name)).collect(),
        Some(_) if id.kind.is_relation() && id.table().is_some_and(|table| cx.is_partitioned(&table)) => {
            index_partition::parts_of(cx.current, id)
        }
        _ => Vec::new(),
    }
}

/// Columns whose NOT NULL has the name now that another column's is to have, and gets another one first. Two that take each
/// other's cannot wait for each other.
pub(super) fn called_so_before(op: &Operation, cx: &Context<'_>) -> Vec<Id> {
    let name = |schema: &Schema, id: &Id| match schema.object(id) {
        Some(Object::Column(column)) => column.not_null_name(id),
        _ => None,
    };
    let Some(table) = op.id.table().filter(|_| op.id.kind == KindTag::Column) else { return Vec::new() };
    let (Some(wish), had) = (name(cx.desired, &op.id), name(cx.current, &op.id)) else { return Vec::new() };
    let others = cx.current.children_of(&table, KindTag::Column).filter(|(other, entry)| {
        let kept = matches!(&entry.object, Object::Column(column) if column.not_null_as.kept.0);
        let to = name(cx.desired, other);
        kept && *other != &op.id
            && name(cx.current, other).as_ref() == Some(&wish)
            && to.as_ref() != Some(&wish)
            && (had.is_none() || to != had)
    });
    others.map(|(other, _)| other.clone()).collect()
}
