//! The name of a partition's part of a key or index that a table above has, where it is not the one that PostgreSQL gives.
//!
//! The part comes and goes with what it is a part of, and is a part of the partition under the name of that. Nobody has to
//! say a name: one that is not said stays as it is.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::partition::{Copied, copied_name, original};
use super::{Kind, KindTag, Object, Touch, lineage};
use crate::load::make;
use crate::plan::{Context, Step};
use crate::schema::{Entry, Id, Schema};
use crate::sql::{dollar_quote, qualified, quote_ident, quote_literal};

mod own_key;

use own_key::attached;
pub(crate) use own_key::{keys_below, own_part};

/// A partition's part of a key or index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexPartition {
    /// What it is called.
    pub name: String,
}

impl Kind for IndexPartition {
    const WORD: &'static str = "index partition";
    const BELONGS_TO_TABLE: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        self.takes_name(id, cx)
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        // It goes with the key or index. Where that stays, a way back knows what the part was called.
        let stays = whole(cx.desired, id).filter(|whole| !cx.replaced.contains(whole) && cx.current.contains(whole));
        let Some((table, whole)) = id.table().zip(stays) else { return Vec::new() };
        // Else something may take its name.
        let index = Id { kind: KindTag::Index, name: self.name.clone(), ..id.clone() };
        let is_taken = |_: &&Object| cx.desired.iter().any(|(id, _)| id.takes_name_of(&index));
        let usual = |object| cx.free_name(id, |digits| copied_name(&table.name, object, digits).unwrap_or_default());
        let object = || cx.desired.object(&whole).filter(is_taken);
        let former = part_of(cx.desired, &table, &whole).or_else(|| object().map(usual));
        former.map(|name| Self { name }.takes_name(id, cx)).unwrap_or_default()
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        Some(to.takes_name(id, cx))
    }

    fn comment_target(&self, _id: &Id) -> Option<String> {
        None
    }

    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        let table = id.table();
        let tie = table.iter().map(|table| Id::own(KindTag::Partition, table));
        let key = table.iter().filter_map(|table| self.own_key(table, schema).cloned());
        tie.chain(whole(schema, id)).chain(key).collect()
    }

    fn steps_aside(&self, _id: &Id, _other: &Id, touch: Touch<'_>) -> bool {
        matches!(touch, Touch::Replaced)
    }

    fn also_called(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn catalog(_version: u32) -> String {
        // What tells a usual name from another is worked out from what is read of the partitions: see `derive`.
        String::new()
    }
}

impl IndexPartition {
    fn takes_name(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let (Some(table), Some(whole)) = (id.table(), whole(cx.desired, id)) else { return Vec::new() };
        if let Some(key) = self.own_key(&table, cx.desired) {
            // An index that is made for all of them takes it by itself.
            let is_new = !cx.current.contains(&whole) || cx.replaced.contains(&whole);
            let only = matches!(cx.desired.object(&whole), Some(Object::Index(index)) if index.only);
            let taken = (!is_new || only).then(|| attached(&whole, key));
            return taken.into_iter().collect();
        }
        let is_there = |id: &Id| cx.current.contains(id) && !cx.replaced.contains(id);
        let stays = is_there(&whole) && is_there(&Id::own(KindTag::Partition, &table)) && !cx.is_new(&table);
        let known = part_of(cx.current, &table, &whole).filter(|_| stays).or_else(|| expected(&table, &whole, cx));
        let is_held = cx.free_name(id, |digits| format!("{}{digits}", self.name)) != self.name;
        // One that is built beside it need not be called like it.
        let rebuilt = stays && cx.current.object(&whole) != cx.desired.object(&whole);
        match known {
            Some(_) if rebuilt => vec![self.takes_name_from_any(&table, &whole, is_held)],
            Some(name) if name == self.name => Vec::new(),
            Some(name) if !self.is_contested(&name, &table, cx) => {
                let from = qualified(&id.namespace, &name);
                vec![Step::safe(format!("ALTER INDEX {from} RENAME TO {}", quote_ident(&self.name)))]
            }
            Some(_) => vec![self.takes_name_from_any(&table, &whole, true)],
            None => vec![self.takes_name_from_any(&table, &whole, is_held)],
        }
    }

    /// Whether another part of the table has the name, or is to have the one that this has now.
    fn is_contested(&self, now: &str, table: &Id, cx: &Context<'_>) -> bool {
        let has = |schema: &Schema, name: &str| match schema.object(&Id::own(KindTag::Partition, table)) {
            Some(Object::Partition(tie)) => tie.whole_of(name).is_some(),
            _ => false,
        };
        let mut wishes = cx.desired.children_of(table, KindTag::IndexPartition);
        let wants = |object: &Object| matches!(object, Object::IndexPartition(it) if it.name == now);
        has(cx.current, &self.name) || has(cx.desired, now) || wishes.any(|(_, entry)| wants(&entry.object))
    }

    /// The same where only the server will know by then what it is called, or where another part has the name: that gets
    /// this one's.
    fn takes_name_from_any(&self, table: &Id, whole: &Id, is_held: bool) -> Step {
        let (on, of, name) = (quote_literal(&table.sql()), quote_literal(&whole.sql()), quote_literal(&self.name));
        let rename = format!("ALTER INDEX {}.%I RENAME TO %I", quote_ident(&table.namespace).replace('%', "%%"));
        let rename = |from: &str, to: &str| format!("EXECUTE format({}, {from}, {to});", quote_literal(&rename));
        let aside = quote_literal(&make(&self.name, None, "old"));
        let renamed = rename("part", &name);
        let swapped = format!(
            "IF EXISTS (SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                    WHERE i.indrelid = {on}::regclass AND c.relispartition AND c.relname = {name}) THEN
            {}
            {renamed}
            {}
        ELSE
            {renamed}
        END IF;",
            rename(&name, &aside),
            rename(&aside, "part")
        );
        let body = format!(
            "
DECLARE
    part name;
BEGIN
    SELECT c.relname INTO STRICT part FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = {on}::regclass AND pg_partition_root(i.indexrelid) = {of}::regclass;
    IF part <> {name} THEN
        {}
    END IF;
END
",
            if is_held { &swapped } else { &renamed }
        );
        Step::safe(format!("DO {}", dollar_quote(&body)))
    }
}

/// The key or index of a table above that it is a part of.
pub(crate) fn whole(schema: &Schema, id: &Id) -> Option<Id> {
    let above = lineage::above(schema, &id.table()?);
    let mut keys = above.iter().flat_map(|table| schema.children(table).map(|(key, _)| key));
    keys.find(|key| key.kind.is_relation() && key.name == id.name).cloned()
}

/// What a partition's part of a key or index of a table above is called, where that is known.
pub(crate) fn part_of(schema: &Schema, table: &Id, whole: &Id) -> Option<String> {
    let Some(Object::Partition(tie)) = schema.object(&Id::own(KindTag::Partition, table)) else { return None };
    let above = tie.parent();
    let of = if whole.table().as_ref() == Some(&above) { whole.name.clone() } else { part_of(schema, &above, whole)? };
    tie.part_of(&of).map(str::to_owned)
}

/// The key or index of a table above of which a partition's part has a name: one that is said or known, else one that
/// PostgreSQL would give it.
pub(crate) fn whole_called(schema: &Schema, table: &Id, name: &str) -> Option<Id> {
    let said = schema.children_of(table, KindTag::IndexPartition).find(|(_, entry)| match &entry.object {
        Object::IndexPartition(part) => part.name == name,
        _ => false,
    });
    if let Some((id, _)) = said {
        return whole(schema, id);
    }
    let above = lineage::partitioned_above(schema, table);
    let keys = || above.iter().flat_map(|above| schema.children(above)).filter(|(key, _)| key.kind.is_relation());
    if let Some((key, _)) = keys().find(|(key, _)| part_of(schema, table, key).as_deref() == Some(name)) {
        return Some(key.clone());
    }
    let is_usual = |object: &Object| {
        let named = |digits: &str| copied_name(&table.name, object, digits).is_some_and(|usual| usual == name);
        named("") || (1..100).any(|digits| named(&digits.to_string()))
    };
    keys().find(|(_, entry)| is_usual(&entry.object)).map(|(key, _)| key.clone())
}

/// What a part whose name is said is called until it gets that: as it is known, or as PostgreSQL calls one that it makes.
pub(crate) fn name_before(id: &Id, cx: &Context<'_>) -> Option<String> {
    let (table, whole) = (id.table()?, whole(cx.desired, id)?);
    part_of(cx.current, &table, &whole).or_else(|| copied_name(&table.name, cx.desired.object(&whole)?, ""))
}

/// What the partitions have of a key or index of their table, as indexes.
pub(crate) fn parts_of(schema: &Schema, whole: &Id) -> Vec<Id> {
    let Some(top) = whole.table() else { return Vec::new() };
    let below = lineage::below(schema, &top);
    let part = |table: &Id| part_of(schema, table, whole).map(|name| Id::of(KindTag::Index, table, &name));
    below.iter().filter(|table| **table != top).filter_map(part).collect()
}

/// What a part is to be called that is made by itself: as PostgreSQL would call it, with the first number that nothing has.
/// Those that the partition gets beside it, and would be called the same, have theirs by their order.
pub(super) fn name_to_be(table: &Id, whole: &Id, object: &Object, taken: &[String], cx: &Context<'_>) -> String {
    let usual = |object: &Object, digits: &str| copied_name(&table.name, object, digits).unwrap_or_default();
    let plain = usual(object, "");
    let above = lineage::above(cx.desired, table);
    let keys = above.iter().flat_map(|above| cx.desired.children(above));
    let is_new = |id: &Id| !cx.current.contains(id) || cx.replaced.contains(id);
    // What a table in between has of the same is a part of it too.
    let is_part = |id: &Id, other: &Object| id.table() != whole.table() && other == object;
    let same = |id: &Id, other: &Object| {
        id.kind.is_relation() && is_new(id) && !is_part(id, other) && usual(other, "") == plain
    };
    let mut beside: Vec<&Id> = keys.filter(|(id, entry)| same(id, &entry.object)).map(|(id, _)| id).collect();
    beside.retain(|id| (id.kind, &id.name) < (whole.kind, &whole.name));
    beside.sort_by_key(|id| (id.kind, &id.name));
    let wishes = cx.desired.children_of(table, KindTag::IndexPartition);
    let said = wishes.filter_map(|(id, entry)| match &entry.object {
        Object::IndexPartition(part) => Some((&id.name, &part.name)),
        _ => None,
    });
    let said: Vec<(&String, &String)> = said.collect();
    let probe = Id::of(KindTag::Index, table, "");
    let mut given: Vec<String> = taken.to_vec();
    for id in beside.into_iter().chain([whole]) {
        let others = |name: &String| said.iter().any(|(of, said)| *said == name && **of != id.name);
        let name = cx.free_name(&probe, |digits| {
            let name = usual(object, digits);
            // One of this plan is not in any schema.
            if given.contains(&name) || others(&name) { String::new() } else { name }
        });
        given.push(name);
    }
    given.pop().unwrap_or_default()
}

/// What the part will be called as the server makes it in this plan, where nothing else can have that name.
fn expected(table: &Id, whole: &Id, cx: &Context<'_>) -> Option<String> {
    let object = cx.desired.object(whole)?;
    let mut own = cx.current.children_of(table, whole.kind).filter(|(id, _)| !cx.desired.contains(id));
    if let Some((own, _)) = own.find(|(_, entry)| entry.object == *object) {
        return Some(own.name.clone());
    }
    let usual = copied_name(&table.name, object, "")?;
    // What brings an index back may give the part its name at once.
    if part_of(cx.desired, table, whole).is_some_and(|name| name != usual) {
        return None;
    }
    let mut others = lineage::above(cx.desired, table).into_iter().flat_map(|above| {
        let keys = cx.desired.children(&above).filter(|(key, _)| *key != whole);
        keys.filter_map(|(_, entry)| copied_name(&table.name, &entry.object, "")).collect::<Vec<_>>()
    });
    let probe = Id::of(KindTag::Index, table, "");
    let is_free = cx.free_name(&probe, |digits| format!("{usual}{digits}")) == usual;
    (is_free && !others.any(|other| other == usual)).then_some(usual)
}

/// Adds what has an unusual name by what is known of the partitions, and takes out what has not.
///
/// Of several that would be called the same each has the number that it gets when they are made in their order.
pub(crate) fn derive(schema: &mut Schema) {
    let mut names: Vec<(Id, String)> = Vec::new();
    for (tie, entry) in schema.of_kind(KindTag::Partition) {
        let (Object::Partition(partition), Some(table)) = (&entry.object, tie.table()) else { continue };
        let found = partition.copies.0.iter().filter_map(|part| {
            let (whole, entry) = original(&part.of, &partition.parent(), schema)?;
            Some((part, whole, &entry.object))
        });
        names.extend(unusual(schema, &table, found.collect()));
    }
    let gone = schema.of_kind(KindTag::IndexPartition).map(|(id, _)| id);
    let named: HashSet<&Id> = names.iter().map(|(id, _)| id).collect();
    let gone: Vec<Id> = gone.filter(|id| !named.contains(id)).cloned().collect();
    gone.iter().for_each(|id| drop(schema.remove(id)));
    for (id, name) in names {
        schema.insert(id, Entry::from(Object::from(IndexPartition { name })));
    }
}

fn unusual(schema: &Schema, table: &Id, mut parts: Vec<(&Copied, &Id, &Object)>) -> Vec<(Id, String)> {
    let own = |name: &String| {
        let mut own = schema.children(table).map(|(id, _)| id);
        own.any(|id| id.kind.is_relation() && id.name == *name)
    };
    parts.sort_by_key(|(_, whole, _)| (whole.kind, whole.name.as_str()));
    let mut given: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for (part, whole, object) in parts {
        let numbers = (0_usize..).map(|pass| if pass == 0 { String::new() } else { pass.to_string() });
        let mut usual = numbers.map_while(|digits| copied_name(&table.name, object, &digits));
        let usual = usual.find(|name| !given.contains(name) && !own(name));
        if usual.as_ref() != Some(&part.name) {
            found.push((Id::of(KindTag::IndexPartition, table, &whole.name), part.name.clone()));
        }
        given.extend(usual);
    }
    found
}

/// A name that nobody says stays as it is, unless something else is to have it; one that is said, and is what the server gave
/// it anyway, says nothing.
pub(crate) fn adopt_index_names(desired: &mut Schema, current: &Schema) {
    let said: Vec<Id> = desired.of_kind(KindTag::IndexPartition).map(|(id, _)| id.clone()).collect();
    for id in said.iter().filter(|id| !current.contains(id)) {
        let of = id.table().zip(whole(desired, id));
        // What takes the place of another one would be called otherwise.
        let usual = |schema: &Schema, table: &Id, whole: &Id| copied_name(&table.name, schema.object(whole)?, "");
        let of = of.filter(|(table, whole)| usual(current, table, whole) == usual(desired, table, whole));
        let known = of.and_then(|(table, whole)| part_of(current, &table, &whole));
        if matches!(desired.object(id), Some(Object::IndexPartition(it)) if Some(&it.name) == known.as_ref()) {
            desired.remove(id);
        }
    }
    let named: Vec<(&Id, &Entry)> = current.of_kind(KindTag::IndexPartition).collect();
    if named.is_empty() {
        return;
    }
    let relations = desired.iter().map(|(id, _)| id).filter(|id| id.kind.is_relation());
    let taken: HashSet<(String, String)> = relations.map(|id| (id.namespace.clone(), id.name.clone())).collect();
    for (id, entry) in named {
        let tie = id.table().map(|table| Id::own(KindTag::Partition, &table));
        let name = entry.object.also_called().unwrap_or_default().to_owned();
        let is_taken = taken.contains(&(id.namespace.clone(), name));
        let stays = tie.is_some_and(|tie| desired.contains(&tie)) && whole(desired, id).is_some() && !is_taken;
        if stays && !desired.contains(id) {
            desired.insert(id.clone(), entry.clone());
        }
    }
}

/// Notes what a part is called from now on: what is said of it, or where nothing is, what PostgreSQL would call it.
pub(crate) fn note_name(schema: &mut Schema, id: &Id) {
    let Some((table, whole)) = id.table().zip(whole(schema, id)) else { return };
    let Some(before) = part_of(schema, &table, &whole) else { return };
    let name = match (schema.object(id), schema.object(&whole)) {
        (Some(Object::IndexPartition(part)), _) => Some(part.name.clone()),
        (_, Some(object)) => copied_name(&table.name, object, ""),
        _ => None,
    };
    let tie = Id::own(KindTag::Partition, &table);
    if let (Some(name), Some(Object::Partition(tie))) = (name, schema.get_mut(&tie).map(|it| &mut it.object)) {
        tie.copies.0.iter_mut().filter(|part| part.name == before).for_each(|part| part.name.clone_from(&name));
    }
}
