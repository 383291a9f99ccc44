//! What a table brings along into a partitioned one, and what it keeps of it.

use crate::kind::{KindTag, Object, lineage};
use crate::plan::Context;
use crate::schema::Id;

/// Says whether a constraint or index of a table becomes part of the parent's equal one: as the table is attached, or as
/// the parent of one that is gets it.
pub(crate) fn is_taken_over(id: &Id, own: &Object, cx: &Context<'_>) -> bool {
    let merges = id.kind.is_relation() || matches!(id.kind, KindTag::ForeignKey | KindTag::Check);
    let Some(table) = id.table().filter(|_| merges) else { return false };
    let tie = Id::own(KindTag::Partition, &table);
    let Some(Object::Partition(partition)) = cx.desired.object(&tie) else { return false };
    let parent = partition.parent();
    // One of the parent alone that becomes whole takes what is there where it has no part yet.
    let lacks = |other: &Id| match cx.current.object(&tie) {
        Some(Object::Partition(had)) => {
            had.part_of(&other.name).is_none() && cx.current.object(other).is_some_and(super::is_alone)
        }
        _ => false,
    };
    let (is_tied, is_left) = match cx.current.object(&tie) {
        Some(Object::Partition(had)) => (true, had.parent() != parent),
        _ => (false, false),
    };
    let named = id.kind == KindTag::Check;
    // What the parent had before has its part there already.
    let new = |other: &Id| !is_tied || !cx.current.contains(other) || cx.replaced.contains(other) || lacks(other);
    // Of several that are equal it takes one; not what the table keeps for itself.
    let goes = |other: &Id| !cx.desired.contains(other);
    let mut equal =
        cx.current.children_of(&table, id.kind).filter(|(other, entry)| entry.object == *own && goes(other));
    if is_left || (id.kind.is_relation() && equal.next().is_some_and(|(first, _)| first != id)) {
        return false;
    }
    let above = [parent.clone()].into_iter().chain(lineage::above(cx.desired, &parent));
    let mut parents = above.flat_map(|parent| cx.desired.children_of(&parent, id.kind).collect::<Vec<_>>());
    parents.any(|(other, entry)| entry.object == *own && new(other) && (!named || other.name == id.name))
}

/// Says whether an object of a table that is detached is there then, as the table got it from its parent.
pub(crate) fn is_left_behind(id: &Id, own: &Object, cx: &Context<'_>) -> bool {
    let Some(table) = id.table() else { return false };
    let tie = Id::own(KindTag::Partition, &table);
    let (Some(Object::Partition(partition)), None) = (cx.current.object(&tie), cx.desired.object(&tie)) else {
        let left = lineage::left_parents(&table, cx);
        return id.kind == KindTag::Check && left.iter().any(|parent| lineage::is_left_check(id, own, parent, cx));
    };
    let copied = partition.copies.0.iter().find(|copied| copied.name == id.name).map(|copied| copied.of.as_str());
    let name = match id.kind {
        KindTag::ForeignKey => Some(id.name.as_str()),
        _ => copied,
    };
    let parent = partition.parent();
    if id.kind == KindTag::Check {
        return lineage::is_left_check(id, own, &parent, cx);
    }
    let mut parents = cx.current.children_of(&parent, id.kind);
    parents.any(|(other, entry)| Some(other.name.as_str()) == name && entry.object == *own)
}
