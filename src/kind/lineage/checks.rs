//! The checks that tables hand on to those that take their columns from them.

use super::parents;
use crate::kind::{Check, Kind, KindTag, Object, Origin};
use crate::plan::{Context, Step};
use crate::schema::{Entry, Id, Schema};

/// The checks that a table hands on: its own, and those of its parents, each under the first table that has it.
pub(in crate::kind) fn checks<'a>(schema: &'a Schema, table: &Id) -> Vec<(&'a Id, &'a Check)> {
    let mut found: Vec<(&Id, &Check)> = Vec::new();
    let mut todo = vec![table.clone()];
    while let Some(table) = todo.pop() {
        for (id, entry) in schema.children_of(&table, KindTag::Check) {
            match &entry.object {
                Object::Check(check) if !check.no_inherit && !found.iter().any(|(other, _)| other.name == id.name) => {
                    found.push((id, check));
                }
                _ => {}
            }
        }
        todo.extend(parents(schema, &table));
    }
    found
}

/// The checks that a table still has to get before it can be tied to a parent, when it has got those of some others.
pub(in crate::kind) fn missing_checks(table: &Id, parent: &Id, others: &[&Id], cx: &Context<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    // What was a partition of it before keeps the checks that it has from there.
    let tie = cx.current.object(&Id::own(KindTag::Partition, table));
    let back = matches!(tie, Some(Object::Partition(tie)) if tie.parent() == *parent);
    let mut kept = if back { checks(cx.current, parent) } else { Vec::new() };
    // So does a child, and it gets what comes to those parents that it keeps.
    if tie.is_none() && !cx.is_new(table) {
        kept.extend(parents(cx.current, table).iter().flat_map(|parent| checks(cx.current, parent)));
        kept.extend(cx.steady_parents(table).iter().flat_map(|parent| checks(cx.desired, parent)));
    }
    kept.extend(others.iter().flat_map(|other| checks(cx.desired, other)));
    for (id, check) in checks(cx.desired, parent) {
        let own = Id::of(KindTag::Check, table, &id.name);
        // One of that name that says something else is dropped before.
        let there = matches!(cx.current.object(&own), Some(Object::Check(has)) if has == check)
            || kept.iter().any(|(had, is)| had.name == id.name && *is == check);
        if !there && !cx.desired.contains(&own) && !cx.check_comes_after_tie(id, table) {
            steps.extend(Kind::create(check, &own, cx));
        }
    }
    steps
}

/// The parents that a table leaves, if only to come back to some of them.
pub(in crate::kind) fn left_parents(table: &Id, cx: &Context<'_>) -> Vec<Id> {
    let tied = cx.current.contains(&Id::own(KindTag::Inheritance, table));
    let had = if tied { parents(cx.current, table) } else { Vec::new() };
    let stay = cx.steady_parents(table);
    had.into_iter().filter(|parent| !stay.contains(parent)).collect()
}

/// A table keeps the checks that it got from a parent: those that nobody declares go.
pub(in crate::kind) fn left_checks(table: &Id, cx: &Context<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    let desired = parents(cx.desired, table);
    let stay: Vec<(&Id, &Check)> = desired.iter().flat_map(|it| checks(cx.desired, it)).collect();
    for (id, check) in left_parents(table, cx).iter().flat_map(|parent| checks(cx.current, parent)) {
        let own = Id::of(KindTag::Check, table, &id.name);
        let kept = stay.iter().any(|(other, same)| other.name == id.name && *same == check);
        let kept = kept || cx.desired.contains(&own);
        if !kept && !cx.current.contains(&own) {
            steps.extend(Kind::drop(check, &own, cx));
        }
    }
    steps
}

/// Says whether a check is what a table keeps of a parent's.
pub(in crate::kind) fn is_left_check(id: &Id, own: &Object, parent: &Id, cx: &Context<'_>) -> bool {
    let had = !cx.current.contains(id);
    had && checks(cx.current, parent)
        .into_iter()
        .any(|(other, check)| other.name == id.name && matches!(own, Object::Check(own) if own == check))
}

/// Checks that a child says itself and gets from its parent too cannot go while the parent has them: they are taken for
/// declared. Those of a partition are the parent's alone.
pub(crate) fn adopt_merged_checks(desired: &mut Schema, current: &Schema) {
    let missing: Vec<(Id, Entry)> = current
        .of_kind(KindTag::Check)
        .filter(|(id, _)| !desired.contains(id))
        .filter(|(id, _)| {
            let same = |parent: &Id| desired.contains(&Id::of(KindTag::Check, parent, &id.name));
            let child = |table: &Id| desired.contains(&Id::own(KindTag::Inheritance, table));
            id.table().filter(child).is_some_and(|table| parents(desired, &table).iter().any(same))
        })
        .map(|(id, entry)| (id.clone(), entry.clone()))
        .collect();
    for (id, entry) in missing {
        desired.insert(id, entry);
    }
}

/// What a NOT NULL is called in a table that has it from its parent hangs on how the two came together, and nothing changes
/// it there: it stays as it is.
pub(crate) fn adopt_not_null_names(desired: &mut Schema, current: &Schema) {
    let tied = |object: &Object| matches!(object, Object::Column(column) if column.origin.0 != Origin::Own);
    let columns = desired.of_kind(KindTag::Column).filter(|(_, entry)| tied(&entry.object));
    let ids: Vec<Id> = columns.map(|(id, _)| id.clone()).collect();
    for id in ids {
        if let (Some(Object::Column(wish)), Some(Object::Column(found))) =
            (desired.get_mut(&id).map(|entry| &mut entry.object), current.object(&id))
            && found.origin.0 != Origin::Own
        {
            wish.not_null_as.name.clone_from(&found.not_null_as.name);
        }
    }
}
