//! A trial of what is new: created in a scratch namespace and rolled back, so that the server's objections come with
//! their place in the declaration, before any migration is written.

use std::collections::{BTreeMap, HashMap, HashSet};

use tokio_postgres::Client;

use crate::database::veto;
use crate::diff::{Change, diff};
use crate::error::server_error;
use crate::kind::{Column, KindTag, Object, Origin, lineage};
use crate::plan::{Options, Plan, plan};
use crate::reword::twin::{Twin, twins};
use crate::reword::{Moving, Refused, away, begin};
use crate::schema::{DEFAULT_NAMESPACE, Entry, Id, Schema};
use crate::sql::quote_ident;

mod moved;

use moved::Moved;

/// Tries out what the plan would create. Says which declaration the server refuses, or that the role may not try, or
/// that the trial is too large for one transaction's locks; the migration finds out then.
///
/// # Errors
/// The server is lost.
pub(crate) async fn try_new(
    client: &Client,
    way: &Way<'_>,
    changes: &[Change],
    moving: &Moving,
) -> anyhow::Result<Trial> {
    let statements = statements(way, changes, moving);
    if statements.is_empty() {
        return Ok(Trial::Passed);
    }
    client.batch_execute(&begin()).await?;
    let outcome = run(client, &statements).await;
    client.batch_execute("ROLLBACK").await?;
    outcome
}

/// From where to where the plan leads, under the names of today.
#[derive(Debug)]
pub(crate) struct Way<'a> {
    /// What is there.
    pub(crate) current: &'a Schema,
    /// What is to be.
    pub(crate) desired: &'a Schema,
    /// What gets another name in between.
    pub(crate) renames: &'a [Change],
}

/// What a trial showed.
#[derive(Debug)]
pub(crate) enum Trial {
    /// Everything can be created.
    Passed,
    /// It could not be tried, for this reason.
    Skipped(String),
    /// The server refuses a declaration.
    Refused(Refused),
}

async fn run(client: &Client, statements: &[(String, Option<Id>)]) -> anyhow::Result<Trial> {
    // All at once first: a trial that passes costs one round trip.
    client.batch_execute("SAVEPOINT trial").await?;
    let all: Vec<&str> = statements.iter().map(|(sql, _)| sql.as_str()).collect();
    if client.batch_execute(&all.join(";\n")).await.is_ok() {
        return Ok(Trial::Passed);
    }
    client.batch_execute("ROLLBACK TO trial").await?;
    for (sql, id) in statements {
        let Err(error) = client.batch_execute(sql).await else { continue };
        if error.as_db_error().is_some_and(|server| server.where_().is_some()) {
            client.batch_execute("ROLLBACK TO trial").await?;
            if let Some(trigger) = veto::behind(client, &error).await {
                return Ok(Trial::Skipped(format!("the event trigger `{trigger}` forbids it")));
            }
        }
        let error = anyhow::Error::from(error);
        let Some(server) = server_error(&error) else { return Err(error) };
        // No right to create here, a read-only server, locks used up: nothing is wrong with the declaration.
        let unable = matches!(server.code().code(), "42501" | "25006" | "53200" | "54000" | "0A000" | "55P03");
        // "Not available" has the code of what a server does not support.
        let missing = server.message().ends_with("is not available");
        return Ok(match id {
            Some(id) if !unable || (missing && id.kind == KindTag::Extension) => {
                Trial::Refused(Refused { id: id.clone(), sql: sql.clone(), error })
            }
            _ => Trial::Skipped(server.message().to_owned()),
        });
    }
    Ok(Trial::Passed)
}

/// The statements of the trial, each with the declared object to blame.
fn statements(way: &Way<'_>, changes: &[Change], moving: &Moving) -> Vec<(String, Option<Id>)> {
    let desired = way.desired;
    let created = made(desired, changes);
    let outside: Vec<Change> = changes.iter().filter(|change| !is_in(change.id(), &created)).cloned().collect();
    let mut around = Moving::new(way.current, desired, way.renames, &outside).around(way.renames);
    // Tables in use keep the type that is there, which the trial makes once more.
    let retyped = |column: &Id, entry: &Entry| match &entry.object {
        Object::Column(of) if !is_in(column, &created) => {
            let types = desired.mentioned(&of.r#type);
            types.iter().any(|of| is_remade(of.kind) && created.contains(of) && way.current.contains(of))
        }
        _ => false,
    };
    let tables = desired.of_kind(KindTag::Column).filter(|(column, entry)| retyped(column, entry));
    tables.filter_map(|(column, _)| column.table()).for_each(|table| around.add(&table));
    // What is wholly new comes first: an index on an old table may need a new extension.
    let map = namespaces(desired, &created);
    let away = away(way.current, changes);
    let mut out: Vec<(String, Option<Id>)> = Vec::new();
    out.extend((!away.is_empty()).then(|| (format!("SET LOCAL search_path = {}", path(&map, &away)), None)));
    out.extend(new_world(desired, &created, around, &map, &away));
    let on_old_tables: Vec<Id> = desired
        .iter()
        .filter(|(id, entry)| {
            let old_table = id.kind.belongs_to_table() && !is_in(id, &created);
            created.contains(id) && old_table && id.kind.is_worded() && moving.leaves(id, &entry.object, desired)
        })
        .map(|(id, _)| id.clone())
        .collect();
    // Only the first round: the others hold tables of the same name in other namespaces.
    let rounds = twins(&on_old_tables, &moved_parts(desired, &created, &on_old_tables, &map), &HashSet::new());
    out.extend(rounds.iter().take(1).flatten().flat_map(Twin::statements).map(|(sql, id)| (sql, Some(id))));
    out
}

/// Where names without a namespace are looked for.
pub(super) fn path(map: &BTreeMap<String, String>, away: &[String]) -> String {
    let home = map.get(DEFAULT_NAMESPACE).map(String::as_str);
    let all = home.into_iter().chain([DEFAULT_NAMESPACE]).chain(away.iter().map(String::as_str));
    all.map(quote_ident).chain(["pg_temp".to_owned()]).collect::<Vec<_>>().join(", ")
}

/// What the trial makes: what is new, and what new objects may need as it is to become: types with their new values,
/// functions, views, and those that use any of them.
fn made<'a>(desired: &'a Schema, changes: &'a [Change]) -> HashSet<&'a Id> {
    let mut made: HashSet<&Id> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Create(id) => Some(id),
            Change::Alter(id) if is_remade(id.kind) => Some(id),
            _ => None,
        })
        .collect();
    loop {
        let remade = |need: &Id| is_remade(need.kind) && made.contains(need);
        let uses = |id: &Id, object: &Object| object.depends_on(id, desired).iter().any(remade);
        let others = desired.iter().filter(|(id, _)| is_remade(id.kind) && !made.contains(id));
        let more: Vec<&Id> = others.filter(|(id, entry)| uses(id, &entry.object)).map(|(id, _)| id).collect();
        if more.is_empty() {
            return made;
        }
        made.extend(more);
    }
}

/// Says whether a kind stands in a namespace by itself and says something of others: functions and views do.
fn stands_on_others(kind: KindTag) -> bool {
    kind.is_worded() && !kind.belongs_to_table() && kind != KindTag::Table
}

/// Says whether the trial can make what exists once more, as it is to become.
fn is_remade(kind: KindTag) -> bool {
    stands_on_others(kind) || (kind.is_type() && !kind.owns())
}

/// Says whether an object, or the table that it belongs to, is made in the trial.
fn is_in(id: &Id, created: &HashSet<&Id>) -> bool {
    if id.kind.belongs_to_table() { id.owners().any(|owner| created.contains(&owner)) } else { created.contains(id) }
}

/// What can be tried of an object: nothing that leans on what changes outside of the trial, where it is still as it was.
fn steady(id: &Id, object: Object, desired: &Schema, around: &Moving) -> Option<Object> {
    if !id.kind.is_worded() || around.leaves_all_of(id, &object, desired) {
        return Some(object);
    }
    match object {
        Object::Column(column) => Some(Object::Column(Column { default: None, generated: None, ..column })),
        _ => None,
    }
}

/// What is new and leans on nothing that changes outside of the trial.
fn steady_ones<'a>(desired: &'a Schema, created: &HashSet<&Id>, mut around: Moving) -> Vec<(&'a Id, Object)> {
    let new = desired.iter().filter(|(id, _)| id.kind != KindTag::Namespace && is_in(id, created));
    let mut stay: Vec<(&Id, &Entry)> = new.collect();
    let mut out: HashSet<Id> = HashSet::new();
    // What is left out leaves out what calls or reads it, what is made of it, and what belongs to it.
    loop {
        let before = stay.len();
        let (stays, goes): (Vec<_>, Vec<_>) = stay.into_iter().partition(|(id, entry)| {
            let standing = stands_on_others(id.kind) || id.kind.owns();
            let moves = match &entry.object {
                Object::Column(column) => !around.leaves_type(id, column, desired),
                object => standing && !around.leaves_all_of(id, object, desired),
            };
            !(moves || stands_on_any(id, &entry.object, &out, desired))
        });
        stay = stays;
        goes.iter().filter(|(id, _)| !id.kind.belongs_to_table()).for_each(|(id, _)| around.add(id));
        out.extend(goes.iter().map(|(id, _)| (*id).clone()));
        // A table without one of its columns is another.
        let cut = goes.iter().filter(|(id, _)| id.kind == KindTag::Column).flat_map(|(id, _)| id.owners());
        out.extend(cut.filter(|owner| desired.contains(owner)));
        if stay.len() == before {
            break;
        }
    }
    stay.into_iter().filter_map(|(id, entry)| Some((id, steady(id, entry.object.clone(), desired, &around)?))).collect()
}

/// Says whether an object is part of what is left out, or cannot be without it. A column can do without its default.
fn stands_on_any(id: &Id, object: &Object, out: &HashSet<Id>, desired: &Schema) -> bool {
    if out.is_empty() {
        return false;
    }
    let belongs = id.kind.belongs_to_table() && id.owners().any(|owner| out.contains(&owner));
    let needs = match object {
        Object::Column(column) => desired.mentioned(&column.r#type),
        _ => object.depends_on(id, desired),
    };
    belongs || out.contains(id) || needs.iter().any(|need| out.contains(need))
}

/// The namespaces that hold anything new, with those that stand for them.
fn namespaces(desired: &Schema, created: &HashSet<&Id>) -> BTreeMap<String, String> {
    let name = |id: &Id| if id.kind == KindTag::Namespace { id.name.clone() } else { id.namespace.clone() };
    let mut sorted: Vec<String> = desired.iter().filter(|(id, _)| is_in(id, created)).map(|(id, _)| name(id)).collect();
    sorted.retain(|name| !name.is_empty());
    sorted.sort_unstable();
    sorted.dedup();
    sorted.into_iter().enumerate().map(|(at, name)| (name, format!("dbtool_trial_{at}"))).collect()
}

/// The schema in which what belongs to the tables of some objects leads to what is new where the trial has it.
fn moved_parts(desired: &Schema, created: &HashSet<&Id>, objects: &[Id], map: &BTreeMap<String, String>) -> Schema {
    let mut there = desired.clone();
    let tables: HashSet<Id> = objects.iter().filter_map(Id::table).collect();
    for table in tables {
        let moved = Moved { map, created, desired, table: Some(table.clone()) };
        // The twin of a partition has a parent of its own, which is made as the declared one.
        let parts = desired.children(&table).filter(|(id, _)| id.kind != KindTag::Partition && !is_in(id, created));
        for (id, entry) in parts {
            if let (Some(object), Some(entry)) = (moved.object(&entry.object), there.get_mut(id)) {
                entry.object = object;
            }
        }
    }
    there
}

/// What is wholly new, in namespaces of its own.
fn new_world(
    desired: &Schema,
    created: &HashSet<&Id>,
    around: Moving,
    map: &BTreeMap<String, String>,
    away: &[String],
) -> Vec<(String, Option<Id>)> {
    let mut moved = Moved { map, created, desired, table: None };
    let (mut world, mut there) = (Schema::default(), Schema::default());
    for (id, object) in steady_ones(desired, created, around) {
        moved.table = id.table();
        let mut object = object;
        if let (Object::Column(column), Some(table)) = (&mut object, id.table())
            && !lineage::parents(desired, &table).iter().all(|parent| created.contains(parent))
        {
            column.origin.0 = Origin::Own;
        }
        let Some(elsewhere) = moved.object(&object) else { continue };
        world.insert(id.clone(), object.into());
        there.insert(moved.id(id), elsewhere.into());
    }
    if world.is_empty() {
        return Vec::new();
    }
    let mut out: Vec<(String, Option<Id>)> =
        map.values().map(|name| (format!("CREATE SCHEMA {}", quote_ident(name)), None)).collect();
    if map.contains_key(DEFAULT_NAMESPACE) {
        let path = path(map, away);
        out.push((format!("SET LOCAL search_path = {path}; SET LOCAL check_function_bodies = on"), None));
    }
    let mut steps = steps_of(&there);
    // What names something that comes after it is checked once that is there.
    let mut late = Vec::new();
    // What a bare name means is known of the declared namespaces only: the order is theirs.
    for each in &new_plan(&world).moves {
        let id = each.change.id();
        let sql = steps.remove(&moved.id(id)).unwrap_or_default();
        // Its names are looked up where they are meant to be, and not in the trial.
        let own_path = matches!(world.object(id), Some(Object::Function(function)) if function.has_own_path());
        let pinned = own_path || each.steps.iter().any(|step| step.unchecked.elsewhere);
        let waits = each.steps.iter().any(|step| step.unchecked.later);
        if waits && !pinned {
            let again = sql.iter().filter_map(|sql| sql.strip_prefix("CREATE FUNCTION"));
            late.extend(again.map(|rest| (format!("CREATE OR REPLACE FUNCTION{rest}"), Some(id.clone()))));
        }
        let checked = |is: &str| (format!("SET LOCAL check_function_bodies = {is}"), None);
        out.extend((pinned || waits).then(|| checked("off")));
        out.extend(sql.into_iter().map(|sql| (sql, Some(id.clone()))));
        out.extend((pinned || waits).then(|| checked("on")));
    }
    out.extend(late);
    out
}

/// The plan that makes a schema from nothing.
fn new_plan(world: &Schema) -> Plan {
    let nothing = Schema::default();
    plan(&nothing, world, &[], &diff(&nothing, world), Options { online: false, ..Options::default() })
}

/// The statements for each object of a schema that is made from nothing.
fn steps_of(world: &Schema) -> HashMap<Id, Vec<String>> {
    let mut all: HashMap<Id, Vec<String>> = HashMap::new();
    for each in new_plan(world).moves {
        let sql = each.steps.into_iter().map(|step| step.sql);
        all.entry(each.change.id().clone()).or_default().extend(sql);
    }
    all
}
