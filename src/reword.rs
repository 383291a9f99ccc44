//! The server's own wording for declared expressions that differ from the live text.
//!
//! PostgreSQL stores expressions in its own words, so text that differs may mean the same. Only the server can tell: each
//! declared object that differs is created on an empty twin of its table, in the session's temporary namespace, read back
//! by the same catalog query as the live one, and rolled back. Nothing of the user's is locked or written, and nothing is
//! guessed: what cannot be compared is said.

use std::collections::HashSet;

use anyhow::Context as _;
use tokio_postgres::Client;

use crate::database::{Database, veto};
use crate::diff::Change;
use crate::error::{failure, server_error};
use crate::inspect::{SEARCH_PATH, inspect_twins};
use crate::kind::{KindTag, Object, texts};
use crate::schema::{Id, Schema};
use crate::sql::{Expr, names_in, quote_ident};

mod former;
mod moving;
mod needed;
mod trial;
mod twin;

pub(crate) use former::Former;
pub(crate) use moving::Moving;
use needed::{Needed, away};
pub(crate) use trial::{Trial, Way, try_new};
use twin::{Twin, twins};

/// A declaration that the server refuses.
#[derive(Debug)]
pub struct Refused {
    /// The object.
    pub id: Id,
    /// The statement, which the server's position counts in.
    pub sql: String,
    /// The server's words.
    pub error: anyhow::Error,
}

/// Puts the server's wording into every declared object that differs from the live one by its text.
///
/// # Errors
/// The outer error: the server cannot be asked (it is read-only, or the role may not create temporary tables). The inner
/// one: it refuses a declaration.
pub(crate) async fn reword(
    database: &Database,
    current: &Schema,
    desired: &mut Schema,
    changes: &[Change],
    moving: &Moving,
) -> anyhow::Result<Result<(), Refused>> {
    let mut moving = moving.clone();
    add_changing_views(current, desired, changes, &mut moving);
    let mut left = worth_asking(current, desired, changes, &moving);
    let needed = left.first().map_or_else(Needed::default, |first| Needed::of(first, current, desired, changes));
    while !left.is_empty() {
        let ready = first_level(&left, desired);
        let asked: HashSet<&Id> = ready.iter().collect();
        left.retain(|id| !asked.contains(id));
        let said = moving.said_of_places(&ready, desired);
        if let Err(refused) = ask(database, &ready, &needed, desired).await? {
            return Ok(Err(refused));
        }
        settle(database, current, desired, ready.clone(), &needed).await?;
        moving.put_back(said, current, desired);
        // What reads a view that really changes cannot be asked about: the server knows the old one.
        let changed = ready.iter().filter(|id| id.kind.owns() && current.object(id) != desired.object(id));
        changed.for_each(|id| moving.add(id));
        left.retain(|id| desired.object(id).is_some_and(|wish| moving.leaves(id, wish, desired)));
    }
    Ok(Ok(()))
}

/// A view that cannot be asked about, because of what it reads, changes; and so on with what reads it.
fn add_changing_views(current: &Schema, desired: &Schema, changes: &[Change], moving: &mut Moving) {
    let views = || changes.iter().map(Change::id).filter(|id| id.kind.owns() && id.kind != KindTag::Table);
    let changes = |id: &&Id, moving: &Moving| match (current.object(id), desired.object(id)) {
        (Some(live), Some(wish)) => live != wish && !moving.has(id) && !moving.leaves(id, wish, desired),
        _ => false,
    };
    while let Some(id) = views().find(|id| changes(id, moving)) {
        moving.add(id);
    }
}

/// Those that read no view which is to be asked about itself.
fn first_level(candidates: &[Id], desired: &Schema) -> Vec<Id> {
    let views: HashSet<&Id> = candidates.iter().filter(|id| id.kind.owns()).collect();
    let reads_one = |id: &Id| {
        let needs = desired.object(id).map(|object| object.depends_on(id, desired)).unwrap_or_default();
        needs.iter().any(|need| need != id && views.contains(need))
    };
    let first: Vec<Id> = candidates.iter().filter(|id| views.is_empty() || !reads_one(id)).cloned().collect();
    if first.is_empty() { candidates.to_vec() } else { first }
}

/// Puts the server's wording into some objects of a schema.
async fn ask(
    database: &Database,
    candidates: &[Id],
    needed: &Needed,
    schema: &mut Schema,
) -> anyhow::Result<Result<(), Refused>> {
    for round in twins(candidates, schema, &needed.missing) {
        let all: Vec<(String, Id)> =
            needed.statements.iter().cloned().chain(round.iter().flat_map(Twin::statements)).collect();
        let statements: Vec<&str> = all.iter().map(|(sql, _)| sql.as_str()).collect();
        match in_scratch(database, &statements).await {
            Ok(found) => round.iter().for_each(|twin| twin.put_back(&found, schema)),
            Err(error) if is_not_to_be_asked(&error) || is_forbidden(database, &error).await => {
                return Err(cannot_compare(error, candidates));
            }
            Err(error) => match find_refused(database, &all).await? {
                Some(refused) => return Ok(Err(refused)),
                None => return Err(error),
            },
        }
    }
    Ok(Ok(()))
}

/// The server's wording of its own wording may be another one: `varchar IN (…)` changes once more when a dump or a way
/// back has brought it in. What is worded the same the next time is the same.
async fn settle(
    database: &Database,
    current: &Schema,
    desired: &mut Schema,
    mut candidates: Vec<Id>,
    needed: &Needed,
) -> anyhow::Result<()> {
    candidates.retain(|id| match (current.object(id), desired.object(id)) {
        (Some(live), Some(wish)) => live != wish && same_but_for_texts(live, wish),
        _ => false,
    });
    if candidates.is_empty() {
        return Ok(());
    }
    let mut sides = [current.clone(), desired.clone()];
    for side in &mut sides {
        // Today's objects may not fit today's columns under tomorrow's names: they differ, then.
        if !matches!(ask(database, &candidates, needed, side).await, Ok(Ok(()))) {
            return Ok(());
        }
    }
    for id in candidates.iter().filter(|id| sides[0].object(id) == sides[1].object(id)) {
        if let (Some(entry), Some(live)) = (desired.get_mut(id), current.object(id)) {
            entry.object = live.clone();
        }
    }
    Ok(())
}

/// Says whether two objects differ in nothing but their expressions.
fn same_but_for_texts(one: &Object, other: &Object) -> bool {
    let without = |object: &Object| {
        let mut object = object.clone();
        object.texts_mut().into_iter().for_each(|text| *text = Expr::from("…"));
        object
    };
    without(one) == without(other)
}

/// The objects that exist on both sides and differ in something that has a wording, and those that may be there already
/// under another name.
fn worth_asking(current: &Schema, desired: &Schema, changes: &[Change], moving: &Moving) -> Vec<Id> {
    let worded = |id: &Id| {
        let differs =
            |wish: &&Object| current.object(id).is_none_or(|live| has_other_words(live, wish)) && id.kind.is_worded();
        let view =
            id.owners().find_map(|owner| Some((desired.object(&owner)?, owner)).filter(|(_, o)| o.kind.is_worded()));
        let steady = view.is_none_or(|(view, id)| moving.leaves(&id, view, desired));
        steady && desired.object(id).filter(differs).is_some_and(|wish| moving.leaves(id, wish, desired))
    };
    // A check, index or policy that comes where one goes may be the same under another name.
    let renamed = |id: &Id| id.kind.belongs_to_table() && id.kind.is_worded() && id.kind != KindTag::Column;
    let gone: HashSet<(KindTag, Option<Id>)> = changes
        .iter()
        .filter(|change| matches!(change, Change::Drop(id) if renamed(id)))
        .map(|change| (change.id().kind, change.id().table()))
        .collect();
    let asked = changes.iter().filter(|change| match change {
        Change::Alter(_) => true,
        Change::Create(id) => gone.contains(&(id.kind, id.table())),
        _ => false,
    });
    asked.map(Change::id).filter(|id| worded(id)).cloned().collect()
}

/// Whether two objects differ in something that may be a matter of words.
fn has_other_words(live: &Object, wish: &Object) -> bool {
    match (live, wish) {
        (Object::Table(live), Object::Table(wish)) => match (&live.partition_by, &wish.partition_by) {
            (Some(live), Some(wish)) => live != wish,
            _ => false,
        },
        (Object::Partition(live), Object::Partition(wish)) => {
            live.parent() == wish.parent() && live.values != wish.values
        }
        _ => live != wish,
    }
}

/// Runs statements, reads back what they made, and rolls all of it back.
async fn in_scratch(database: &Database, statements: &[&str]) -> anyhow::Result<Schema> {
    let outcome = async {
        database.batch_execute(&begin_twins()).await?;
        database.batch_execute(&statements.join(";\n")).await?;
        database.batch_execute("SET LOCAL search_path = pg_catalog, pg_temp").await?;
        inspect_twins(database).await
    };
    let outcome = outcome.await;
    database.batch_execute("ROLLBACK").await.context("cannot roll the twins back")?;
    outcome
}

/// Unqualified names mean what they mean in a declaration; the twins are found only by their namespace.
pub(crate) fn begin() -> String {
    format!(
        "BEGIN; SET LOCAL search_path = {}, pg_temp; SET LOCAL check_function_bodies = off; SET LOCAL jit = off; \
         SET LOCAL client_min_messages = error; SET LOCAL lock_timeout = '3s'",
        quote_ident(SEARCH_PATH)
    )
}

/// The same for twins. A role whose transactions are read-only by default may ask, too: nothing but the temporary
/// namespace is touched.
fn begin_twins() -> String {
    begin().replacen("BEGIN;", "BEGIN READ WRITE;", 1)
}

/// Finds out which declaration it was that the server refused, one statement after the other.
async fn find_refused(client: &Client, statements: &[(String, Id)]) -> anyhow::Result<Option<Refused>> {
    client.batch_execute(&begin_twins()).await?;
    let mut refused = None;
    for (sql, id) in statements {
        if let Err(error) = client.batch_execute(sql).await {
            refused = Some(Refused { id: id.clone(), sql: sql.clone(), error: error.into() });
            break;
        }
    }
    client.batch_execute("ROLLBACK").await?;
    Ok(refused)
}

/// Says whether the server is one that cannot be asked: a replica, a read-only role, no right to temporary tables.
fn is_not_to_be_asked(error: &anyhow::Error) -> bool {
    server_error(error).is_some_and(|server| match server.code().code() {
        "25006" => true,
        // The same code stands for much that is wrong with a declaration.
        "42501" | "0A000" => {
            ["temporary tables", "pg_temp", "recovery"].iter().any(|word| server.message().contains(word))
        }
        _ => false,
    })
}

/// Says whether an event trigger forbids to ask.
async fn is_forbidden(client: &Client, error: &anyhow::Error) -> bool {
    let of_server = error.chain().find_map(|cause| cause.downcast_ref::<tokio_postgres::Error>());
    match of_server {
        Some(error) => veto::behind(client, error).await.is_some(),
        None => false,
    }
}

fn cannot_compare(error: anyhow::Error, candidates: &[Id]) -> anyhow::Error {
    const SHOWN: usize = 10;
    let mut list: Vec<String> = candidates.iter().take(SHOWN).map(|id| format!("  {id}")).collect();
    if candidates.len() > SHOWN {
        list.push(format!("  and {} more", candidates.len() - SHOWN));
    }
    let why = server_error(&error).map_or_else(|| error.to_string(), |server| server.message().to_owned());
    failure(
        format!(
            "{} cannot be compared: the text differs, and the server may not be asked for its wording ({why})\n{}",
            if candidates.len() == 1 { "an object" } else { "some objects" },
            list.join("\n")
        ),
        "run against the primary with a role that has TEMPORARY on the database, or declare the expressions in the \
         server's own words",
    )
}

/// The names that the texts of an object hold.
fn names_of(object: &Object) -> HashSet<String> {
    texts(object).iter().flat_map(|text| names_in(text)).collect()
}

/// Says whether an expression can only be understood beside the whole of its table: it reads from a table, or names its
/// own.
fn needs_whole_table(names: &HashSet<String>, id: &Id) -> bool {
    ["select", "table", &id.owner].into_iter().any(|name| names.contains(name))
}
