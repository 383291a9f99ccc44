//! Why a column cannot change its type by way of a new one.

use std::collections::HashSet;

use crate::kind::{Beside, Column, KindTag, Object, Origin, Table, lineage};
use crate::plan::{Context, Options};
use crate::schema::{Id, Schema};
use crate::types;

/// The reason, if there is one.
pub(super) fn of(column: &Id, current: &Schema, desired: &Schema) -> Option<String> {
    let table = column.table()?;
    let none = HashSet::new();
    let cx = Context { current, desired, options: Options::default(), aside: &none, replaced: &none };
    let (Object::Column(from), Object::Column(to)) = (current.object(column)?, desired.object(column)?) else {
        return None;
    };
    let partitioned = cx.is_partitioned(&table);
    let children = |schema: &Schema| !partitioned && !lineage::children(schema, &table).is_empty();
    let related = |schema: &Schema| children(schema) || !lineage::parents(schema, &table).is_empty();
    let (why, instead) = if cx.is_new(&table) {
        ("its table is made anew", APART)
    } else if lineage::root(current, &table) != table || lineage::root(desired, &table) != table {
        ("its table is a partition", "change the column of the table at the top, and with it those of all partitions")
    } else if partitioned && [current, desired].iter().any(|schema| !knows_partitions(&table, schema)) {
        ("some of its partitions are left to somebody else", BY_HAND)
    } else if related(current) || related(desired) || from.origin.0 != Origin::Own || to.origin.0 != Origin::Own {
        ("its table has children or parents, which have the column, too", BY_HAND)
    } else if from.generated.is_some() || to.generated.is_some() {
        ("it is computed", COMPUTED)
    } else if is_zoned(&from.r#type) != is_zoned(&to.r#type) {
        ("what its values become hangs on the time zone of each session that writes one", BY_HAND)
    } else if changes_its_default(from, current, desired) {
        ("the function that gives its default changes, too", APART)
    } else if to.not_null && to.not_null_as.not_valid {
        ("its NOT NULL is not valid", "validate that before, or let it come later")
    } else if current.mentioned(&from.r#type).iter().any(|id| is_swapped(id, current, desired)) {
        (
            "its type is made anew under the same name",
            "declare the new type under another name, and let the column have that",
        )
    } else {
        let hinders = [current, desired].into_iter().find_map(|schema| hindering(column, schema));
        let keyed = || [current, desired].into_iter().find_map(|schema| keyed(column, schema)).filter(|_| partitioned);
        let moving = || moving(column, current, desired).filter(|_| partitioned);
        let moved = || moved(&[&from.r#type, &to.r#type], current, desired);
        return hinders.or_else(keyed).or_else(moving).or_else(moved).or_else(|| missing(column, current, desired));
    };
    Some(format!("{why}; instead, {instead}"))
}

/// Whether a type counts moments: to and from any other, the session's time zone decides.
fn is_zoned(of: &str) -> bool {
    of.contains("with time zone")
}

/// Whether the default calls a function that becomes another one: the old column holds on to it until the end.
fn changes_its_default(from: &Column, current: &Schema, desired: &Schema) -> bool {
    let called = from.default.iter().flat_map(|default| current.mentioned(default.as_str()));
    let mut functions = called.filter(|id| id.kind == KindTag::Function);
    functions.any(|id| desired.object(&id).is_some_and(|to| current.object(&id) != Some(to)))
}

/// What to do where the new column has to be made by hand.
const BY_HAND: &str = "declare a column of the new type under another name beside it, let the application write both, fill it \
                       in batches, and drop the old one in a later release";

const COMPUTED: &str = "declare a computed column of the new type under another name beside it, and drop the old one when \
                        nobody reads it any more";

const APART: &str = "change it in a migration of its own, before or after";

fn is_swapped(id: &Id, current: &Schema, desired: &Schema) -> bool {
    let both = current.object(id).zip(desired.object(id));
    both.is_some_and(|(from, to)| from.is_swapped_for(to) || from != to)
}

/// Something about the column that cannot be made beforehand about a new one.
fn hindering(column: &Id, schema: &Schema) -> Option<String> {
    let about = |(id, entry): (&Id, &crate::schema::Entry)| {
        let Beside::Hinders(why) = entry.object.beside() else { return None };
        let leans = id != column && entry.object.depends_on(id, schema).contains(column);
        let instead =
            "drop that first and declare it again in a later migration, or see that the table may stand still";
        leans.then(|| format!("{why}: `{}`; instead, {instead}", id.name))
    };
    schema.iter().find_map(about).or_else(|| used_as_row(column, schema))
}

/// Whether all partitions of a table, and theirs, are declared: what nobody knows of is not filled.
fn knows_partitions(table: &Id, schema: &Schema) -> bool {
    lineage::partitions_below(schema, table).iter().all(|table| {
        let spread = matches!(schema.object(table), Some(Object::Table(Table { partition_by: Some(_), .. })));
        let known = schema.manages_partitions.get(table).copied();
        !spread || known.unwrap_or_else(|| !lineage::children(schema, table).is_empty())
    })
}

/// A foreign key of a table in partitions, or to one: its parts have names of their own, which nothing brings back, and
/// what the partitions' parts of a new primary key are made of is none that it could refer to.
fn keyed(column: &Id, schema: &Schema) -> Option<String> {
    let columns: Vec<Id> = family(column, schema);
    let mut keys = schema.of_kind(KindTag::ForeignKey);
    let leans = |id: &Id, object: &Object| object.depends_on(id, schema).iter().any(|need| columns.contains(need));
    let (id, _) = keys.find(|(id, entry)| leans(id, &entry.object))?;
    Some(format!("a foreign key of a table in partitions is about it: `{}`; instead, {BY_HAND}", id.name))
}

/// A key takes what was built for each partition: they have to be the same on the way.
fn moving(column: &Id, current: &Schema, desired: &Schema) -> Option<String> {
    let columns: Vec<Id> = family(column, current);
    let leans = |id: &Id, object: &Object| object.depends_on(id, current).iter().any(|need| columns.contains(need));
    let mut keys = current.of_kind(KindTag::PrimaryKey).filter(|(id, entry)| leans(id, &entry.object));
    let (key, _) = keys.next()?;
    let table = column.table()?;
    let ties = |schema: &Schema| {
        let tables = lineage::partitions_below(schema, &table).into_iter();
        let ties = tables.map(|table| Id::own(KindTag::Partition, &table));
        ties.map(|tie| (schema.object(&tie).cloned(), tie)).collect::<Vec<_>>()
    };
    let (mut before, after) = (ties(current), ties(desired));
    before.retain(|tie| !after.contains(tie));
    let same = before.is_empty() && after.len() == ties(current).len();
    (!same).then(|| format!("`{}` is about it, and partitions come or go; instead, {APART}", key.name))
}

/// A column of a table, and those that its partitions have from it.
pub(super) fn family(column: &Id, schema: &Schema) -> Vec<Id> {
    let tables = column.table().map(|table| lineage::partitions_below(schema, &table)).unwrap_or_default();
    let columns = tables.iter().map(|table| Id::of(KindTag::Column, table, &column.name));
    columns.filter(|column| schema.contains(column)).collect()
}

/// What the new column needs, and only this plan makes: a type may come before it, if that needs nothing new itself.
pub(super) fn new_types(column: &Id, current: &Schema, desired: &Schema) -> Result<Vec<Id>, Id> {
    let Some(Object::Column(to)) = desired.object(column) else { return Ok(Vec::new()) };
    let needs = Object::from(to.beside_itself()).depends_on(column, desired);
    let is_new = |need: &Id| desired.contains(need) && !current.contains(need);
    let new = needs.into_iter().filter(|need| need.kind != KindTag::Column && is_new(need));
    let stands_alone = |id: &Id| {
        let needs = desired.object(id).map(|object| object.depends_on(id, desired)).unwrap_or_default();
        id.kind.is_type() && !id.kind.owns() && !needs.iter().any(is_new)
    };
    new.map(|id| if stands_alone(&id) { Ok(id) } else { Err(id) }).collect()
}

fn missing(column: &Id, current: &Schema, desired: &Schema) -> Option<String> {
    let id = new_types(column, current, desired).err()?;
    Some(format!("it needs {id}, which the same plan makes; write that as a migration of its own first"))
}

/// An extension that goes to another schema takes its types along, after the new column would have been made.
fn moved(types: &[&String], current: &Schema, desired: &Schema) -> Option<String> {
    let moves = |id: &Id, object: &Object| match (object, desired.object(id)) {
        (Object::Extension(from), Some(Object::Extension(to))) => to.schema.is_some() && from.schema != to.schema,
        _ => false,
    };
    let (id, _) = current.of_kind(KindTag::Extension).find(|(id, entry)| moves(id, &entry.object))?;
    let foreign =
        |name: &&String| name.contains('.') || types::look_up(name, std::iter::empty()) != types::Named::Known;
    let why = format!("{id} goes to another schema in the same plan; write that as a migration of its own first");
    types.iter().any(foreign).then_some(why)
}

/// The server writes no column of a table again whose rows are values elsewhere.
fn used_as_row(column: &Id, schema: &Schema) -> Option<String> {
    let table = column.table()?;
    let mut columns = schema.of_kind(KindTag::Column);
    let holds = |object: &Object| matches!(object, Object::Column(it) if schema.mentioned(&it.r#type).contains(&table));
    let (id, _) = columns.find(|(id, entry)| *id != column && holds(&entry.object))?;
    Some(format!("`{}.{}` holds rows of its table; instead, {BY_HAND}", id.owner, id.name))
}
