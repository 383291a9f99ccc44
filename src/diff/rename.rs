//! Former names: the current schema as it will be once everything that is to be renamed has its new name.

use std::sync::Arc;

use super::extension::taken_along;
use crate::diff::{Change, follow, follow_value};
use crate::kind::{Kind as _, KindTag, Object};
use crate::schema::{Entry, Id, Schema};

/// Renames in `current` what `desired` says was called otherwise, and what differs in nothing but its name.
///
/// A former name counts only while the old object is there and the new one is not. Constraints, indexes and policies that
/// are the same but for the name are renamed without being told: the outcome is the same as dropping and creating them.
pub fn rename(current: &Arc<Schema>, desired: &Schema) -> (Arc<Schema>, Vec<Change>) {
    let mut current = Arc::clone(current);
    let mut changes = Vec::new();
    let mut said: Vec<(Id, String)> = desired.renamed_from.iter().map(|(to, old)| (to.clone(), old.clone())).collect();
    said.sort_by_key(|(id, _)| id.kind);
    while let Some((from, to)) = next(&mut said, &current, desired) {
        current = Arc::new(follow(&current, &from, &to));
        changes.push(Change::Rename { from, to });
    }
    for (id, old, new) in renamed_values(&current, desired) {
        current = Arc::new(follow_value(&current, &id, &old, &new));
        changes.push(Change::RenameValue { id, from: old, to: new });
    }
    for from in types_in_the_way(&current, desired) {
        let to = free_name(&from, &current, desired);
        current = Arc::new(follow(&current, &from, &to));
        changes.push(Change::Rename { from, to });
    }
    for (from, to) in same_but_for_the_name(&current, desired) {
        current = Arc::new(follow(&current, &from, &to));
        changes.push(Change::Rename { from, to });
    }
    (taken_along(&current, desired).map_or(current, Arc::new), changes)
}

/// The next rename. One that takes the former name of another waits for it; one whose name is held by what goes, or by
/// what is called otherwise only later, has that step aside under a name that nobody has.
fn next(said: &mut Vec<(Id, String)>, current: &Schema, desired: &Schema) -> Option<(Id, Id)> {
    let due: Vec<usize> = (0..said.len()).filter(|at| is_due(current, &said[*at].0, &said[*at].1)).collect();
    let holder = |at: &usize| holder(&said[*at].0, current, desired);
    if let Some(at) = due.iter().copied().find(|at| holder(at).is_none()) {
        let (to, old) = said.remove(at);
        return Some((Id { name: old, ..to.clone() }, to));
    }
    let from = due.iter().find_map(holder)?;
    let to = free_name(&from, current, desired);
    // What waits to be renamed does so from there.
    let waiting =
        said.iter_mut().filter(|(id, old)| *old == from.name && Id { name: old.clone(), ..id.clone() } == from);
    waiting.for_each(|(_, old)| old.clone_from(&to.name));
    Some((from, to))
}

/// Types whose name one of another kind is to have, such as a domain in the place of an enum, while something that stays is
/// made of them: that goes over from one to the other, and both have to be there.
fn types_in_the_way(current: &Schema, desired: &Schema) -> Vec<Id> {
    // Columns are hardly ever of a view's rows: what reads one steps aside as it does for any change.
    let holds = |id: &Id| id.kind.is_type() && id.kind != KindTag::View;
    let goes = |id: &Id| holds(id) && !desired.contains(id);
    let is_type = |id: &Id| holds(id) && !current.contains(id);
    let taken = |id: &Id| desired.iter().any(|(to, _)| is_type(to) && to.takes_name_of(id));
    let stay = || current.iter().filter(|(id, _)| desired.contains(id));
    let used = |id: &Id| {
        let mut others = stay().filter(|(other, _)| other.owners().all(|owner| owner != *id));
        others.any(|(other, entry)| entry.object.depends_on(other, current).contains(id))
    };
    current.iter().map(|(id, _)| id).filter(|id| goes(id) && taken(id) && used(id)).cloned().collect()
}

/// A name that nothing has.
fn free_name(from: &Id, current: &Schema, desired: &Schema) -> Id {
    let is_free = |to: &Id| ![current, desired].iter().any(|all| all.iter().any(|(id, _)| to.takes_name_of(id)));
    let named = |number: usize| Id { name: aside(&from.name, number), ..from.clone() };
    (1..).map(named).find(is_free).unwrap_or_else(|| from.clone())
}

/// What holds the name that an object is to have, and will not keep it.
fn holder(to: &Id, current: &Schema, desired: &Schema) -> Option<Id> {
    let mut holders = current.iter().filter(|(id, _)| to.takes_name_of(id) && !desired.contains(id));
    let can = |(id, entry): &(&Id, &Entry)| entry.object.rename(id, &id.name).is_some();
    holders.find(can).map(|(id, _)| id.clone())
}

/// A name to wait under, as long as PostgreSQL keeps one.
fn aside(name: &str, number: usize) -> String {
    let mut name = name.to_owned();
    while name.len() > 55 {
        name.pop();
    }
    format!("{name}_old{number}")
}

/// Says whether the old object is there and the new name free.
fn is_due(current: &Schema, to: &Id, old: &str) -> bool {
    current.contains(&Id { name: old.to_owned(), ..to.clone() }) && !current.contains(to)
}

/// Pairs of a constraint, index or policy that goes and an equal one of the same table that comes.
fn same_but_for_the_name(current: &Schema, desired: &Schema) -> Vec<(Id, Id)> {
    // Not columns, whose values would move.
    let fits = |id: &Id| id.kind.belongs_to_table() && id.kind != KindTag::Column;
    let mut pairs: Vec<(Id, Id)> = Vec::new();
    let goes = current.iter().filter(|(id, _)| fits(id) && !desired.contains(id));
    let goes = goes.filter(|(id, entry)| entry.object.rename(id, &id.name).is_some());
    for (from, entry) in goes {
        let Some(table) = from.table().filter(|table| !is_made_anew(table, current, desired)) else { continue };
        let mut comes = desired.children_of(&table, from.kind).filter(|(to, wish)| {
            holder(to, current, desired).is_none()
                && !is_name_of_a_part(to, current)
                && !current.contains(to)
                && wish.object == entry.object
                && !pairs.iter().any(|(_, taken)| taken == *to)
        });
        if let Some((to, _)) = comes.next() {
            pairs.push((from.clone(), to.clone()));
        }
    }
    pairs
}

/// Whether a partition's part of a key or index has the name that one is to have: that has to be gone before.
fn is_name_of_a_part(to: &Id, current: &Schema) -> bool {
    let ties = current.of_kind(KindTag::Partition).filter(|(tie, _)| tie.namespace == to.namespace);
    let has = |object: &Object| matches!(object, Object::Partition(tie) if tie.whole_of(&to.name).is_some());
    to.kind.is_relation() && ties.into_iter().any(|(_, entry)| has(&entry.object))
}

/// Whether a table goes with all that belongs to it, to come back spread over partitions, or no longer.
fn is_made_anew(table: &Id, current: &Schema, desired: &Schema) -> bool {
    let spread = |schema: &Schema| match schema.object(table) {
        Some(Object::Table(table)) => Some(table.partition_by.is_some()),
        _ => None,
    };
    matches!((spread(current), spread(desired)), (Some(before), Some(after)) if before != after)
}

/// Values of enums, and parts of composite types, that are there under their former name only.
fn renamed_values(current: &Schema, desired: &Schema) -> Vec<(Id, String, String)> {
    let mut found = Vec::new();
    for (id, pairs) in &desired.renamed_values {
        let names: Vec<&String> = match current.object(id) {
            Some(Object::Enum(of)) => of.values.iter().collect(),
            Some(Object::Composite(of)) => of.attributes.iter().map(|one| &one.name).collect(),
            _ => continue,
        };
        let is_former = |(old, new): &&(String, String)| names.contains(&old) && !names.contains(&new);
        found.extend(pairs.iter().filter(is_former).map(|(old, new)| (id.clone(), old.clone(), new.clone())));
    }
    // The multirange type is another name of the range type's.
    for (id, entry) in desired.of_kind(KindTag::Range) {
        if let (Some(Object::Range(from)), Object::Range(to)) = (current.object(id), &entry.object)
            && from.multirange != to.multirange
            && !from.is_swapped_for(to)
        {
            found.push((id.clone(), from.multirange.clone(), to.multirange.clone()));
        }
    }
    found
}
