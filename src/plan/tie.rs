//! What waits for a table to be tied to others, or to be free of them.

use super::order::Operation;
use super::reads::rows_given;
use crate::kind::{KindTag, Object, index_partition, is_swapped_type, lineage};
use crate::plan::Context;
use crate::plan::aside::Way;
use crate::schema::{Id, Schema};

/// Whether a table is free of a parent once its ties that go are gone.
pub(super) fn has_left(child: &Id, parent: &Id, goes: impl Fn(&Id) -> bool, cx: &Context<'_>) -> bool {
    let mut ties = [KindTag::Partition, KindTag::Inheritance].iter().map(|kind| Id::own(*kind, child));
    ties.any(|tie| goes(&tie)) && !cx.steady_parents(child).contains(parent)
}

/// The columns that come to a table, and to those above it, once it is tied to them; and the checks that name them.
pub(super) fn columns_after_tie(op: &Operation, cx: &Context<'_>) -> Vec<Id> {
    let tie = op.id.kind == KindTag::Inheritance && op.way != Way::Drop;
    let Some(table) = op.id.table().filter(|_| tie) else { return Vec::new() };
    let own = cx.desired.children_of(&table, KindTag::Column).filter(|(column, _)| cx.comes_after_tie(column));
    let tables: Vec<Id> = [table.clone()].into_iter().chain(lineage::above(cx.desired, &table)).collect();
    let everywhere = own.flat_map(|(own, _)| tables.iter().map(|table| Id::of(KindTag::Column, table, &own.name)));
    let columns: Vec<Id> = everywhere.filter(|column| !cx.current.contains(column)).collect();
    let checks = tables.iter().flat_map(|above| cx.desired.children_of(above, KindTag::Check).collect::<Vec<_>>());
    let checks = checks.map(|(check, _)| check).filter(|check| cx.check_comes_after_tie(check, &table));
    columns.iter().chain(checks).cloned().collect()
}

/// The indexes of those above a partition that are equal to one of its own, which it keeps for itself.
fn equal_above(op: &Operation, cx: &Context<'_>) -> Vec<Id> {
    let Some(table) = op.id.table().filter(|_| op.id.kind == KindTag::Index) else { return Vec::new() };
    let partition = cx.desired.contains(&Id::own(KindTag::Partition, &table));
    let above = if partition { lineage::above(cx.desired, &table) } else { Vec::new() };
    let own = cx.desired.object(&op.id);
    let equal = |table: &Id| {
        let all = cx.desired.children_of(table, KindTag::Index).filter(|(_, entry)| Some(&entry.object) == own);
        all.map(|(id, _)| id.clone()).collect::<Vec<_>>()
    };
    above.iter().flat_map(equal).collect()
}

/// Some of what an object leans on, with the columns of parents that take columns of their children along.
pub(super) fn with_parents(mut needs: Vec<Id>, of: &Id, cx: &Context<'_>) -> Vec<Id> {
    // A column of a child is there until its parent's is gone.
    let mut at = if matches!(of.kind, KindTag::Column | KindTag::Check) { needs.len() } else { 0 };
    while let Some(need) = needs.get(at).cloned() {
        at += 1;
        if need.kind == KindTag::Column && !cx.desired.contains(&need) && cx.goes_with_parent(&need) {
            let parents = need.table().map(|table| cx.steady_parents(&table)).unwrap_or_default();
            let above = parents.iter().map(|parent| Id::of(need.kind, parent, &need.name));
            needs.extend(above.filter(|column| !needs.contains(column)).collect::<Vec<_>>());
        }
    }
    needs
}

/// The types in whose place new ones come, of columns that an object leans on: the columns change with them.
pub(super) fn swapped_types(needs: &[Id], schema: &Schema, cx: &Context<'_>) -> Vec<Id> {
    let types_of = |id: &Id| {
        let needs = schema.object(id).map(|object| object.depends_on(id, schema)).unwrap_or_default();
        needs.into_iter().filter(|need| need.kind.is_type() && need.kind != KindTag::Table).collect::<Vec<_>>()
    };
    let columns = needs.iter().filter(|need| need.kind == KindTag::Column);
    let mut types: Vec<Id> = columns.flat_map(types_of).collect();
    let mut at = 0;
    while let Some(id) = types.get(at).cloned() {
        at += 1;
        types.extend(types_of(&id).into_iter().filter(|other| !types.contains(other)).collect::<Vec<_>>());
    }
    types.retain(|id| is_swapped_type(id, cx));
    types
}

/// The keys and indexes whose parts a partition has until it leaves, and may keep: those that go would take them along.
pub(super) fn kept_of_parent(op: &Operation, cx: &Context<'_>) -> Vec<Id> {
    let Some(Object::Partition(tie)) = cx.current.object(&op.id) else { return Vec::new() };
    let of_parent = cx.current.children(&tie.parent()).map(|(id, _)| id).collect::<Vec<_>>();
    let goes_first =
        |id: &Id| id.kind == KindTag::ForeignKey && cx.replaced.contains(id) && cx.replaced.contains(&op.id);
    let kept = of_parent.into_iter().filter(|id| id.kind.is_relation() || id.kind == KindTag::ForeignKey);
    kept.filter(|id| !goes_first(id)).cloned().collect()
}

/// The partitions that leave a table and come back while a foreign key of it is dropped and made again: it goes first, or
/// each would take its own along, and hold on to what the key refers to.
pub(super) fn left_after_key(op: &Operation, cx: &Context<'_>) -> Vec<Id> {
    let key = op.id.kind == KindTag::ForeignKey && cx.replaced.contains(&op.id);
    let Some(table) = op.id.table().filter(|_| key) else { return Vec::new() };
    let ties = lineage::children(cx.current, &table).iter().map(|child| Id::own(KindTag::Partition, child));
    ties.filter(|tie| cx.replaced.contains(tie)).collect()
}

/// What has to come before an object is made: a view says which columns rows have, and an index of a partition would be
/// taken for the part of its parent's.
pub(super) fn come_before(op: &Operation, cx: &Context<'_>) -> Vec<Id> {
    rows_given(op, cx.desired).into_iter().chain(equal_above(op, cx)).collect()
}

/// What has to be gone before a partition's part of an index gets a former name back.
pub(super) fn holds_former_name(op: &Operation, cx: &Context<'_>) -> Vec<Id> {
    let part = op.id.kind == KindTag::IndexPartition && op.way == Way::Drop && !op.steps.is_empty();
    let Some(table) = op.id.table().filter(|_| part) else { return Vec::new() };
    let name = index_partition::whole(cx.desired, &op.id)
        .and_then(|whole| index_partition::part_of(cx.desired, &table, &whole))
        .map(|name| Id::of(KindTag::Index, &table, &name));
    let holders = name.into_iter().flat_map(|name| {
        let all = cx.current.iter().filter(move |(id, _)| id.takes_name_of(&name));
        all.flat_map(|(id, _)| [Some(id.clone()), id.table()]).flatten()
    });
    holders.collect()
}
