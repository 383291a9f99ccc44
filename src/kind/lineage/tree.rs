//! Who stands above and below a table.

use foldhash::fast::RandomState;
use indexmap::IndexSet;
use std::collections::HashMap;

use super::parents;
use crate::kind::{KindTag, Object};
use crate::schema::{Id, Schema};

/// The tables that a table takes its columns from, theirs, and so on.
pub(crate) fn above(schema: &Schema, table: &Id) -> Vec<Id> {
    let mut all = parents(schema, table);
    let mut at = 0;
    while let Some(parent) = all.get(at).cloned() {
        all.extend(parents(schema, &parent).into_iter().filter(|next| !all.contains(next)).collect::<Vec<_>>());
        at += 1;
    }
    all
}

/// The tables that a partition is part of, from the nearest on.
pub(crate) fn partitioned_above(schema: &Schema, table: &Id) -> Vec<Id> {
    let mut all: Vec<Id> = Vec::new();
    let mut at = table.clone();
    while let Some(Object::Partition(tie)) = schema.object(&Id::own(KindTag::Partition, &at)) {
        at = tie.parent();
        // Nothing is part of itself, whatever is declared.
        if all.contains(&at) || at == *table {
            break;
        }
        all.push(at.clone());
    }
    all
}

/// The children of each table that has some.
pub(crate) fn all_children(schema: &Schema) -> HashMap<Id, Vec<Id>, RandomState> {
    let mut all: HashMap<Id, Vec<Id>, RandomState> = HashMap::default();
    let ties = schema.of_kind(KindTag::Partition).chain(schema.of_kind(KindTag::Inheritance));
    for child in ties.filter_map(|(tie, _)| tie.table()) {
        for parent in parents(schema, &child) {
            all.entry(parent).or_default().push(child.clone());
        }
    }
    all
}

/// The tables that take their columns from this one: its partitions, then what inherits from it.
pub(crate) fn children<'a>(schema: &'a Schema, table: &Id) -> &'a [Id] {
    schema.heirs(table)
}

/// Says whether no table takes its columns from another.
pub(crate) fn childless(schema: &Schema) -> bool {
    schema.all_heirs().is_empty()
}

/// A table with all partitions below it.
pub(crate) fn below(schema: &Schema, table: &Id) -> Vec<Id> {
    let mut all = IndexSet::from([table.clone()]);
    let mut at = 0;
    while let Some(parent) = all.get_index(at) {
        let next = children(schema, parent);
        all.extend(next.iter().cloned());
        at += 1;
    }
    all.into_iter().collect()
}

/// A table with all of its partitions and theirs; not with what else inherits from it.
pub(crate) fn partitions_below(schema: &Schema, table: &Id) -> Vec<Id> {
    let mut all = below(schema, table);
    all.retain(|one| root(schema, one) == *table || one == table);
    all
}

/// The table at the top of the partitions that a table is one of.
pub(crate) fn root(schema: &Schema, table: &Id) -> Id {
    let mut at = table.clone();
    // No chain is longer than there are tables; a ring would be a mistake of the declaration.
    for _ in 0..schema.len() {
        match schema.object(&Id::own(KindTag::Partition, &at)) {
            Some(Object::Partition(partition)) => at = partition.parent(),
            _ => break,
        }
    }
    at
}
