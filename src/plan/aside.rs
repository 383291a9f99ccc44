//! What a change does to other objects: who is dropped and created again for its sake, and who follows a parent.

use std::collections::{HashMap, HashSet};

use crate::kind::{Composite, KindTag, Object, Touch, lets_go, lineage, texts};
use crate::plan::{Context, Options};
use crate::schema::{Id, Schema};
use crate::sql::mentions;
use crate::types;

/// What happens to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Create,
    Drop,
    Alter,
    /// Dropped and created again.
    Replace,
}

/// What is done to a column is done to the children's by the server: those that are to stay as they are have to be
/// brought back.
pub(super) fn follow_parents(current: &Schema, desired: &Schema, kinds: &mut HashMap<Id, Way>, options: Options) {
    if lineage::childless(desired) {
        return;
    }
    let none = HashSet::new();
    let cx = Context { current, desired, options, aside: &none, replaced: &none };
    // What it leaves for a while it is tied to anew.
    for (id, entry) in desired.of_kind(KindTag::Inheritance).filter(|(id, _)| current.contains(id)) {
        let kept = id.table().map(|table| cx.steady_parents(&table)).unwrap_or_default();
        if matches!(&entry.object, Object::Inheritance(tie) if tie.parents != kept && current.object(id) == Some(&entry.object))
        {
            kinds.insert(id.clone(), Way::Replace);
        }
    }
    let changes = |way: Way| matches!(way, Way::Alter | Way::Drop);
    let columns = kinds.iter().filter(|(id, way)| id.kind == KindTag::Column && changes(**way));
    let mut todo: Vec<Id> = columns.map(|(id, _)| id.clone()).collect();
    while let Some(column) = todo.pop() {
        let below = column.table().map(|table| lineage::children(desired, &table)).unwrap_or_default();
        for id in below.iter().map(|table| Id::of(KindTag::Column, table, &column.name)) {
            let (Some(from), Some(to), false) = (current.object(&id), desired.object(&id), kinds.contains_key(&id))
            else {
                continue;
            };
            match from.alter(to, &id, &cx) {
                Some(steps) if steps.is_empty() => {}
                Some(_) => drop(kinds.insert(id.clone(), Way::Alter)),
                // It goes with the parent's, and has to come back.
                None => drop(kinds.insert(id.clone(), Way::Replace)),
            }
            todo.push(id);
        }
    }
}

/// A view says once more which columns the rows have that functions give, once these have others.
pub(super) fn follow_rows(current: &Schema, desired: &Schema, kinds: &mut HashMap<Id, Way>) {
    let columns = kinds.iter().filter(|(id, way)| id.kind == KindTag::Column && **way != Way::Alter);
    if columns.count() == 0 {
        return;
    }
    for (id, entry) in desired.of_kind(KindTag::View).filter(|(id, _)| current.contains(id)) {
        if matches!(&entry.object, Object::View(view) if view.is_of_other_rows(current, desired)) {
            kinds.entry(id.clone()).or_insert(Way::Alter);
        }
    }
}

/// Columns get their types one after the other. What compares two of them is written by the server with a cast in between,
/// which stays: it is made anew.
pub(super) fn compared_otherwise(current: &Schema, desired: &Schema, kinds: &mut HashMap<Id, Way>) {
    let retyped = |id: &Id, way: Way| match (current.object(id), desired.object(id)) {
        (Some(Object::Column(from)), Some(Object::Column(to))) if way == Way::Alter => {
            from.is_retyped(to) && !types::compare_alike(&from.r#type, &to.r#type)
        }
        _ => false,
    };
    let mut tables: HashMap<Id, Vec<&str>> = HashMap::new();
    for (id, _) in kinds.iter().filter(|(id, way)| retyped(id, **way)) {
        tables.entry(id.table().unwrap_or_else(|| id.clone())).or_default().push(&id.name);
    }
    let mut anew = Vec::new();
    for (table, columns) in tables.iter().filter(|(_, columns)| columns.len() > 1) {
        let parts = current
            .children(table)
            .filter(|(id, _)| matches!(id.kind, KindTag::Check | KindTag::Index | KindTag::Exclusion));
        for (id, entry) in parts.filter(|(id, _)| desired.contains(id)) {
            let both = |text: &String| columns.iter().filter(|column| mentions(text, column)).count() > 1;
            anew.extend(texts(&entry.object).iter().any(both).then(|| id.clone()));
        }
    }
    kinds.extend(anew.into_iter().map(|id| (id, Way::Replace)));
}

/// Makes tables anew whose key is another one, though they say the same of it: a column of it gets another type.
pub(super) fn spread_otherwise(current: &Schema, desired: &Schema, kinds: &mut HashMap<Id, Way>, options: Options) {
    if kinds.is_empty() {
        return;
    }
    let none = HashSet::new();
    let cx = Context { current, desired, options, aside: &none, replaced: &none };
    for (id, entry) in current.of_kind(KindTag::Table) {
        if let (Object::Table(from), Some(Object::Table(to))) = (&entry.object, desired.object(id))
            && from.is_spread_otherwise(to, id, &cx)
        {
            kinds.insert(id.clone(), Way::Replace);
        }
    }
}

/// Turns alterations that cannot be done in place into replacements, and replaces whatever must step aside for them.
pub(super) fn step_aside(
    current: &Schema,
    desired: &Schema,
    kinds: &mut HashMap<Id, Way>,
    options: Options,
) -> HashSet<Id> {
    let none = HashSet::new();
    let cx = Context { current, desired, options, aside: &none, replaced: &none };
    let mut todo: Vec<Id> = kinds.iter().filter(|(_, way)| **way != Way::Create).map(|(id, _)| id.clone()).collect();
    if todo.is_empty() {
        return none;
    }
    let dependents = reverse(current);
    let mut aside = HashSet::new();
    while let Some(id) = todo.pop() {
        let touched = touched(&id, &cx, kinds);
        if (id.kind.owns() && kinds.get(&id) == Some(&Way::Replace)) || is_taken(&id, &cx, kinds) {
            todo.extend(replace_parts(&id, current, desired, kinds));
        }
        for (other, touch) in touched {
            for dependent in dependents.get(&other).into_iter().flatten() {
                let stays = current.object(dependent).filter(|_| desired.contains(dependent));
                let touch = match touch {
                    Touch::Dropped if lets_go(dependent, &other, current, desired) => Touch::Replaced,
                    touch => touch,
                };
                let already = matches!(kinds.get(dependent), Some(Way::Replace | Way::Drop | Way::Create));
                let is_in_the_way =
                    |object: &Object| object.steps_aside(dependent, &other, touch) || misses_part(object, touch);
                if stays.is_some_and(is_in_the_way) {
                    aside.insert(dependent.clone());
                    if !already {
                        kinds.insert(dependent.clone(), Way::Replace);
                        todo.push(dependent.clone());
                    }
                }
            }
        }
    }
    aside
}

/// Whether an object goes and another kind of relation takes its name, or something new that of a key or index of it: then
/// what holds on to the object cannot wait for the new one.
fn is_taken(id: &Id, cx: &Context<'_>, kinds: &HashMap<Id, Way>) -> bool {
    if !id.kind.owns() || kinds.get(id) != Some(&Way::Drop) {
        return false;
    }
    let namesake = |kind: &KindTag| cx.desired.contains(&Id { kind: *kind, ..id.clone() });
    let parts = cx.current.children(id).filter(|(part, _)| part.kind.is_relation());
    let names: Vec<Id> = parts.flat_map(|(part, _)| cx.current.names_of(part)).collect();
    let takes = |new: &Id| names.iter().any(|name| new.takes_name_of(name));
    KindTag::ALL.iter().filter(|kind| kind.owns()).any(namesake)
        || (!names.is_empty() && cx.desired.iter().any(|(new, _)| !cx.current.contains(new) && takes(new)))
}

/// Whether an object reads a part of a composite type's values that goes.
fn misses_part(object: &Object, touch: Touch<'_>) -> bool {
    matches!(touch, Touch::Altered(Object::Composite(from), Object::Composite(to)) if from.is_missed_by(to, object))
}

/// What belongs to a table that is made anew is made anew with it, whatever else happens to it.
fn replace_parts(table: &Id, current: &Schema, desired: &Schema, kinds: &mut HashMap<Id, Way>) -> Vec<Id> {
    let stays = current.children(table).map(|(id, _)| id).filter(|id| desired.contains(id));
    let parts: Vec<Id> = stays.filter(|id| kinds.get(id) != Some(&Way::Replace)).cloned().collect();
    kinds.extend(parts.iter().map(|id| (id.clone(), Way::Replace)));
    parts
}

/// What a change does to the object itself and to those that it rebuilds; finds out whether it can be done in place.
fn touched<'a>(id: &Id, cx: &Context<'a>, kinds: &mut HashMap<Id, Way>) -> Vec<(Id, Touch<'a>)> {
    let Some(from) = cx.current.object(id) else { return Vec::new() };
    if cx.current.is_absorbed(id, cx.desired) {
        // It stays, as a part of what it stood in for.
        return Vec::new();
    }
    let Some(to) = cx.desired.object(id) else {
        let touch = if is_taken(id, cx, kinds) { Touch::Replaced } else { Touch::Dropped };
        return vec![(id.clone(), touch)];
    };
    if kinds.get(id) == Some(&Way::Alter) && from != to && from.alter(to, id, cx).is_none() {
        kinds.insert(id.clone(), Way::Replace);
    }
    let touch = if kinds.get(id) == Some(&Way::Replace) { Touch::Replaced } else { Touch::Altered(from, to) };
    let rebuilt = from.rebuilds(to, id, cx.current).into_iter().flat_map(|rebuilt| with_children(rebuilt, cx.current));
    let rebuilt = rebuilt.map(|rebuilt| (rebuilt, Touch::Rebuilt));
    // What reads a part of a value need not name its type.
    let holders = match touch {
        Touch::Altered(Object::Composite(_), _) => Composite::holders(id, cx.current),
        _ => Vec::new(),
    };
    let held = holders.into_iter().map(|holder| (holder, touch));
    [(id.clone(), touch)].into_iter().chain(rebuilt).chain(held).collect()
}

/// An object, and what children have of it where it is a column: theirs is written again with it.
fn with_children(id: Id, schema: &Schema) -> Vec<Id> {
    let column = id.table().filter(|_| id.kind == KindTag::Column);
    let below = column.map(|table| lineage::below(schema, &table)).unwrap_or_default();
    let theirs = below.iter().map(|table| Id::of(KindTag::Column, table, &id.name)).filter(|other| *other != id);
    let theirs: Vec<Id> = theirs.filter(|column| schema.contains(column)).collect();
    [id].into_iter().chain(theirs).collect()
}

/// Who depends on whom, the other way round.
fn reverse(schema: &Schema) -> HashMap<Id, Vec<Id>> {
    let mut dependents: HashMap<Id, Vec<Id>> = HashMap::new();
    for (id, entry) in schema.iter() {
        for need in entry.object.depends_on(id, schema) {
            dependents.entry(need).or_default().push(id.clone());
        }
    }
    dependents
}
