//! Tables that take their columns from others which are not looked at, or that somebody else makes.

use std::collections::{HashMap, HashSet};

use super::{Address, Reading, Unmanaged};
use crate::kind::{KindTag, Object};
use crate::schema::{Entry, Id};

impl Unmanaged {
    /// A table that is left alone.
    pub(crate) fn table(kind: &str, table: &Id) -> Self {
        let (namespace, name) = (table.namespace.clone(), table.name.clone());
        Self { kind: kind.to_owned(), namespace, owner: String::new(), name, count: 1 }
    }

    /// A partition that nobody declares.
    pub(crate) fn partition(table: &Id) -> Self {
        Self::table("partition", table)
    }
}

impl Reading {
    /// A partition or child of a table that is not looked at is not looked at either.
    pub(super) fn leave_orphans(&mut self) {
        loop {
            let tables: HashSet<&Id> =
                self.objects.iter().map(|(_, id, ..)| id).filter(|id| id.kind == KindTag::Table).collect();
            let orphan = |(_, id, entry, _): &(i32, Id, Entry, Address)| {
                let parents = match &entry.object {
                    Object::Partition(partition) => vec![partition.parent()],
                    Object::Inheritance(inheritance) => inheritance.parents.clone(),
                    _ => return None,
                };
                let known = parents.iter().all(|parent| tables.contains(parent));
                (!known).then(|| (id.table(), if id.kind == KindTag::Partition { "partition" } else { "inheritance" }))
            };
            let orphans: HashMap<Option<Id>, &str> = self.objects.iter().filter_map(orphan).collect();
            if orphans.is_empty() {
                return;
            }
            let tables = orphans.iter().filter_map(|(table, word)| Some((table.as_ref()?, *word)));
            self.unmanaged.extend(tables.map(|(table, word)| Unmanaged::table(word, table)));
            let is_in = |id: &Id| orphans.contains_key(&Some(id.clone())) || orphans.contains_key(&id.table());
            let sequences = self.objects.iter().filter(|(_, id, ..)| id.kind == KindTag::SequenceOwner && is_in(id));
            let sequences: Vec<Id> =
                sequences.map(|(_, id, ..)| Id::new(KindTag::Sequence, &id.namespace, &id.name)).collect();
            self.not_ours.extend(sequences);
            self.objects
                .retain(|(_, id, ..)| !((id.kind == KindTag::Table || id.kind.belongs_to_table()) && is_in(id)));
        }
    }
}
