//! Former names: the current schema as it will be once everything that is to be renamed has its new name.

use crate::diff::Change;
use crate::kind::{KindTag, Object};
use crate::schema::{Id, Schema};

/// Renames in `current` what `desired` says was called otherwise, and what differs in nothing but its name.
///
/// A former name counts only while the old object is there and the new one is not. Constraints, indexes and policies that are the
/// same but for the name are renamed without being told: the outcome is the same as dropping and creating them.
pub fn rename(current: &Schema, desired: &Schema) -> (Schema, Vec<Change>) {
    let mut current = current.clone();
    let mut changes = Vec::new();
    let mut said: Vec<(&Id, &String)> = desired.renamed_from.iter().collect();
    said.sort_by_key(|(id, _)| id.kind);
    for (to, old) in said {
        let from = Id { name: old.clone(), ..to.clone() };
        if current.contains(&from) && !current.contains(to) {
            current = follow(&current, &from, to);
            changes.push(Change::Rename { from, to: to.clone() });
        }
    }
    for (from, to) in same_but_for_the_name(&current, desired) {
        current = follow(&current, &from, &to);
        changes.push(Change::Rename { from, to });
    }
    (current, changes)
}

/// Pairs of a constraint, index or policy that goes and an equal one of the same table that comes.
fn same_but_for_the_name(current: &Schema, desired: &Schema) -> Vec<(Id, Id)> {
    const KINDS: &[KindTag] =
        &[KindTag::PrimaryKey, KindTag::Unique, KindTag::Check, KindTag::ForeignKey, KindTag::Index, KindTag::Policy];
    let mut pairs: Vec<(Id, Id)> = Vec::new();
    let goes = current.iter().filter(|(id, _)| KINDS.contains(&id.kind) && !desired.contains(id));
    for (from, entry) in goes {
        let Some(table) = from.table() else { continue };
        let mut comes = desired.children_of(&table, from.kind).filter(|(to, wish)| {
            !current.contains(to) && wish.object == entry.object && !pairs.iter().any(|(_, taken)| taken == *to)
        });
        if let Some((to, _)) = comes.next() {
            pairs.push((from.clone(), to.clone()));
        }
    }
    pairs
}

/// The schema after a rename, with everything that names the object following it, as PostgreSQL does it.
pub(crate) fn follow(schema: &Schema, from: &Id, to: &Id) -> Schema {
    let mut renamed = Schema::default();
    for (id, entry) in schema.iter() {
        let mut id = id.clone();
        let mut entry = entry.clone();
        if id == *from {
            id.name.clone_from(&to.name);
        } else if from.kind == KindTag::Table && id.table().as_ref() == Some(from) {
            id.owner.clone_from(&to.name);
        }
        entry.object.follow(&id, from, to);
        renamed.insert(id, entry);
    }
    renamed
}

impl Object {
    /// Lets an object that names a renamed table or column name it anew.
    fn follow(&mut self, id: &Id, from: &Id, to: &Id) {
        let swap = |names: &mut Vec<String>| {
            names.iter_mut().filter(|name| **name == from.name).for_each(|name| name.clone_from(&to.name));
        };
        let own = from.kind == KindTag::Column && id.table().as_ref() == from.table().as_ref();
        match self {
            Object::ForeignKey(key) => {
                let other = key.references();
                if other == *from {
                    key.references_table.clone_from(&to.name);
                }
                if from.kind == KindTag::Column && from.table() == Some(other) {
                    swap(&mut key.references_columns);
                }
                if own {
                    swap(&mut key.columns);
                    swap(&mut key.on_delete_columns);
                }
            }
            Object::PrimaryKey(key) if own => [&mut key.columns, &mut key.include].into_iter().for_each(swap),
            Object::Unique(key) if own => [&mut key.columns, &mut key.include].into_iter().for_each(swap),
            Object::Index(index) if own => {
                swap(&mut index.include);
                index.rename_column(&from.name, &to.name);
            }
            _ => {}
        }
        if own || from.kind == KindTag::Table {
            for text in self.texts_mut() {
                *text = text.renamed(&from.name, &to.name);
            }
        }
    }
}
