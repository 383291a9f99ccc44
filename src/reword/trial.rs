//! A trial of what is new: created in a scratch namespace and rolled back, so that the server's objections come with
//! their place in the declaration, before any migration is written.

use std::collections::{BTreeMap, HashSet};

use tokio_postgres::Client;

use crate::diff::{Change, diff};
use crate::error::server_error;
use crate::kind::{KindTag, Object};
use crate::plan::{Options, plan};
use crate::reword::twin::{Twin, twins};
use crate::reword::{Refused, begin, has_wording, reads_new_columns, steady, texts};
use crate::schema::{DEFAULT_NAMESPACE, Id, Schema};
use crate::sql::{Expr, names_in, quote_ident};

/// Tries out what the plan would create. Says which declaration the server refuses, or that the role may not try, or
/// that the trial is too large for one transaction's locks; the migration finds out then.
///
/// # Errors
/// The server is lost.
pub async fn try_new(client: &Client, current: &Schema, desired: &Schema, changes: &[Change]) -> anyhow::Result<Trial> {
    let statements = statements(current, desired, changes);
    if statements.is_empty() {
        return Ok(Trial::Passed);
    }
    client.batch_execute(&begin()).await?;
    let outcome = run(client, &statements).await;
    client.batch_execute("ROLLBACK").await?;
    outcome
}

/// What a trial showed.
#[derive(Debug)]
pub enum Trial {
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
        let error = anyhow::Error::from(error);
        let Some(server) = server_error(&error) else { return Err(error) };
        // No right to create here, a read-only server, locks used up: nothing is wrong with the declaration.
        let unable = matches!(server.code().code(), "42501" | "25006" | "53200" | "54000" | "0A000" | "55P03");
        return Ok(match id {
            Some(id) if !unable => Trial::Refused(Refused { id: id.clone(), error }),
            _ => Trial::Skipped(server.message().to_owned()),
        });
    }
    Ok(Trial::Passed)
}

/// The statements of the trial, each with the declared object to blame.
fn statements(current: &Schema, desired: &Schema, changes: &[Change]) -> Vec<(String, Option<Id>)> {
    let created = made(desired, changes);
    // What is wholly new comes first: an index on an old table may need a new extension.
    let mut out = new_world([current, desired], &created, changes);
    let on_old_tables: Vec<Id> = desired
        .iter()
        .filter(|(id, entry)| {
            let old_table = id.table().is_some_and(|table| !created.contains(&table));
            created.contains(id)
                && old_table
                && has_wording(&entry.object)
                && steady(id, &entry.object, [current, desired], changes)
        })
        .map(|(id, _)| id.clone())
        .collect();
    // Only the first round: the others hold tables of the same name in other namespaces.
    let rounds = twins(&on_old_tables, desired);
    out.extend(rounds.iter().take(1).flatten().flat_map(Twin::statements).map(|(sql, id)| (sql, Some(id))));
    out
}

/// What the trial makes: what is new, and what new objects may need as it is to become: enums with their new values,
/// functions, and the functions that use either.
fn made<'a>(desired: &'a Schema, changes: &'a [Change]) -> HashSet<&'a Id> {
    let mut made: HashSet<&Id> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Create(id) => Some(id),
            Change::Alter(id) if matches!(id.kind, KindTag::Enum | KindTag::Function) => Some(id),
            _ => None,
        })
        .collect();
    loop {
        let uses =
            |id: &Id, object: &Object| object.depends_on(id, desired).iter().any(|need| is_type_or_call(need, &made));
        let functions = desired.of_kind(KindTag::Function).filter(|(id, _)| !made.contains(id));
        let more: Vec<&Id> = functions.filter(|(id, entry)| uses(id, &entry.object)).map(|(id, _)| id).collect();
        if more.is_empty() {
            return made;
        }
        made.extend(more);
    }
}

fn is_type_or_call(need: &Id, made: &HashSet<&Id>) -> bool {
    matches!(need.kind, KindTag::Enum | KindTag::Function) && made.contains(need)
}

/// What is wholly new, in namespaces of its own.
fn new_world(
    [current, desired]: [&Schema; 2],
    created: &HashSet<&Id>,
    changes: &[Change],
) -> Vec<(String, Option<Id>)> {
    let is_new = |id: &Id| match id.table() {
        Some(table) => created.contains(&table),
        None => created.contains(id),
    };
    let name = |id: &'_ Id| if id.kind == KindTag::Namespace { id.name.clone() } else { id.namespace.clone() };
    let mut sorted: Vec<String> = desired.iter().filter(|(id, _)| is_new(id)).map(|(id, _)| name(id)).collect();
    sorted.retain(|name| !name.is_empty());
    sorted.sort_unstable();
    sorted.dedup();
    let map: BTreeMap<&str, String> =
        sorted.iter().enumerate().map(|(at, name)| (name.as_str(), format!("dbtool_trial_{at}"))).collect();
    let moved = Moved { map: &map, created, desired };
    let mut world = Schema::default();
    let mut origin: BTreeMap<Id, Id> = BTreeMap::new();
    for (id, entry) in desired.iter().filter(|(id, _)| is_new(id) && id.kind != KindTag::Namespace) {
        let mut names: HashSet<String> = texts(&entry.object).iter().flat_map(|text| names_in(text)).collect();
        if let Object::Function(function) = &entry.object {
            names.extend(names_in(&function.body));
        }
        if reads_new_columns(&names, [current, desired], changes) {
            continue;
        }
        let Some(object) = moved.object(&entry.object) else { continue };
        let there = moved.id(id);
        origin.insert(there.clone(), id.clone());
        world.insert(there, object.into());
    }
    if world.is_empty() {
        return Vec::new();
    }
    let mut out: Vec<(String, Option<Id>)> =
        map.values().map(|name| (format!("CREATE SCHEMA {}", quote_ident(name)), None)).collect();
    if let Some(home) = map.get(DEFAULT_NAMESPACE) {
        let path = [quote_ident(home), quote_ident(DEFAULT_NAMESPACE), "pg_temp".to_owned()].join(", ");
        out.push((format!("SET LOCAL search_path = {path}; SET LOCAL check_function_bodies = on"), None));
    }
    let nothing = Schema::default();
    let changes = diff(&nothing, &world);
    let plan = plan(&nothing, &world, &[], &changes, Options { online: false, ..Options::default() });
    for each in plan.moves {
        let id = origin.get(each.change.id()).cloned();
        out.extend(each.steps.into_iter().map(|step| (step.sql, id.clone())));
    }
    out
}

/// The way from the declared namespaces into those of the trial.
struct Moved<'a> {
    map: &'a BTreeMap<&'a str, String>,
    created: &'a HashSet<&'a Id>,
    desired: &'a Schema,
}

impl Moved<'_> {
    fn namespace(&self, name: &str) -> String {
        self.map.get(name).cloned().unwrap_or_else(|| name.to_owned())
    }

    fn id(&self, id: &Id) -> Id {
        let owner = if id.kind == KindTag::Function { self.text(&id.owner) } else { id.owner.clone() };
        Id { namespace: self.namespace(&id.namespace), owner, ..id.clone() }
    }

    /// The object as it is created there; `None` for a foreign key to a table in use, which would lock it.
    fn object(&self, object: &Object) -> Option<Object> {
        let mut object = object.clone();
        match &mut object {
            Object::ForeignKey(key) if !self.created.contains(&key.references()) => return None,
            Object::ForeignKey(key) => key.references_namespace = self.namespace(&key.references_namespace),
            Object::Extension(extension) => {
                extension.version = None;
                // One that is not said is the first of the search path, which the trial has set.
                extension.schema = extension.schema.as_ref().map(|schema| self.namespace(schema));
            }
            Object::Function(function) => {
                function.body = self.text(&function.body);
                function.returns = Expr::from(self.text(function.returns.as_str()));
                for argument in &mut function.arguments {
                    argument.r#type = self.text(&argument.r#type);
                }
            }
            Object::Column(column) => column.r#type = self.text(&column.r#type),
            _ => {}
        }
        for text in object.texts_mut() {
            *text = Expr::from(self.text(text.as_str()));
        }
        Some(object)
    }

    /// A text in which qualified names of new objects lead into the trial.
    fn text(&self, text: &str) -> String {
        let Ok(all) = crate::sql::tokens(text) else { return text.to_owned() };
        let mut out = String::new();
        for (at, token) in all.iter().enumerate() {
            let name = crate::sql::name_of(token);
            let qualifies = all.get(at + 1).is_some_and(|next| next.text == ".");
            let moved = name.filter(|_| qualifies).and_then(|name| {
                let after = all.get(at + 2).and_then(crate::sql::name_of)?;
                let mut meant = self.desired.mentioned(&quote_ident(&after)).into_iter();
                let hit = meant.any(|id| *id.namespace == *name && self.created.contains(&id));
                self.map.get(name.as_ref()).filter(|_| hit)
            });
            out.push_str(moved.map_or(token.text, String::as_str));
        }
        out
    }
}
