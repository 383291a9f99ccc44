//! Each property of each kind is changed on the server, and dbtool says so.
//!
//! What there is to change is read off the structs of the kinds ([`structs`]), so that a property that nobody changes
//! here, or that nobody compares, fails a test. How it is changed stands in [`changes`], on a database that is declared in
//! `base.toml` (and `base_18.toml` for what older servers lack).

mod changes;
mod structs;

use std::collections::BTreeSet;
use std::sync::Arc;

use dbtool::compare::{Comparison, compare};
use dbtool::database::Database;
use dbtool::diff::{Change, Property, properties};
use dbtool::inspect::Scope;
use dbtool::kind::KindTag;
use dbtool::load::Loaded;
use dbtool::schema::{Entry, Id};
use serde_json::Value;

use super::converge::{assert_same, converge, declare, files, lines, open, run};
use crate::support::{self, TestDatabase};
use changes::{CHANGES, COMMENT, EXTRA, MISSING, NOT_ON_THE_SERVER, OneChange, Outcome};

/// What holds for every kind beside its fields.
fn always(kind: KindTag, base: &Loaded) -> Vec<&'static str> {
    let mut all = vec![MISSING, EXTRA];
    let can = |(id, entry): (&Id, &Entry)| entry.object.comment_target(id).is_some();
    if base.schema.of_kind(kind).any(can) {
        all.push(COMMENT);
    }
    all
}

fn base(major: u32) -> Loaded {
    declare(&base_text(major))
}

fn base_text(major: u32) -> String {
    let newer = if major >= 18 { include_str!("base_18.toml") } else { "" };
    format!("{}{newer}", include_str!("base.toml"))
}

/// Every field of every kind's struct has a change that only it can tell of, and no change is of a field that is gone.
#[test]
fn every_property_of_every_kind_is_changed() {
    let base = base(18);
    let mut there: BTreeSet<(String, String)> = structs::properties().into_iter().collect();
    for kind in KindTag::ALL {
        there.extend(always(*kind, &base).into_iter().map(|what| (format!("{kind:?}"), what.to_owned())));
    }
    let listed = all_changes().map(|one| (one.kind, one.path));
    let listed = listed.chain(NOT_ON_THE_SERVER.iter().map(|(kind, path, _)| (*kind, *path)));
    let changed: BTreeSet<(String, String)> = listed.map(|(kind, path)| (kind.to_owned(), path.to_owned())).collect();
    let forgotten: Vec<String> = there
        .difference(&changed)
        .map(|(kind, path)| format!("    of(\"{kind}\", \"{path}\", \"ALTER … what changes it and nothing else\"),"))
        .collect();
    let gone: Vec<_> = changed.difference(&there).collect();
    assert!(
        forgotten.is_empty(),
        "{} properties are changed by nobody behind dbtool's back. Add to tests/it/properties/changes.rs, on what \
         base.toml there declares:\n{}\n(`{MISSING}` takes one away that is declared, `{EXTRA}` makes one that is not, \
         `.since(18)` is for newer servers, `.left()` for what the plan does not bring back, `.not_ours()` for \
         what is left alone on purpose, `.impossible()` for what the server refuses; what it cannot hold by itself stands \
         in NOT_ON_THE_SERVER, with the reason.)",
        forgotten.len(),
        forgotten.join("\n")
    );
    assert!(gone.is_empty(), "changes.rs has changes of what no kind has: {gone:#?}");
}

fn all_changes() -> impl Iterator<Item = &'static OneChange> {
    CHANGES.iter().flat_map(|all| all.iter())
}

/// Whether two values differ at a path; a list does where one of its members does, and a map does at `*`.
fn differs(from: &Value, to: &Value, path: &[&str]) -> bool {
    let at = |value: &Value, name: &str| value.get(name).cloned().unwrap_or_default();
    match (from, to, path) {
        (_, _, []) => from != to,
        (Value::Array(from), Value::Array(to), _) => {
            let longest = from.len().max(to.len());
            let at = |all: &[Value], at: usize| all.get(at).cloned().unwrap_or_default();
            (0..longest).any(|one| differs(&at(from, one), &at(to, one), path))
        }
        (_, _, ["*", rest @ ..]) => {
            let names = [from, to].into_iter().filter_map(Value::as_object).flat_map(|map| map.keys());
            names.into_iter().any(|name| differs(&at(from, name), &at(to, name), rest))
        }
        (_, _, [first, rest @ ..]) => differs(&at(from, first), &at(to, first), rest),
    }
}

/// Whether a comparison tells of the property.
fn tells(found: &Comparison, one: &OneChange) -> bool {
    let changes = found.renames.iter().chain(&found.changes);
    changes.filter(|change| format!("{:?}", change.id().kind) == one.kind).any(|change| match change {
        Change::Create(_) => one.path == MISSING,
        Change::Drop(_) => one.path == EXTRA,
        Change::Alter(id) => tell_apart(found.current.get(id), found.desired.get(id), one),
        Change::RenameValue { id, .. } => tell_apart(found.live.get(id), found.current.get(id), one),
        Change::Rename { .. } => false,
    })
}

/// Whether two objects differ in the property.
fn tell_apart(from: Option<&Entry>, to: Option<&Entry>, one: &OneChange) -> bool {
    let (Some(from), Some(to)) = (from, to) else { return false };
    let mut path = one.path.split('.');
    let first = path.next().unwrap_or_default();
    let rest: Vec<&str> = path.collect();
    let told = |property: &Property| property.name == first && differs(&property.from, &property.to, &rest);
    (one.path == COMMENT && from.comment != to.comment) || properties(&from.object, &to.object).iter().any(told)
}

/// A database as it is declared. Its roles are the server's: what an earlier change left of them goes.
async fn fresh(major: u32) -> (TestDatabase, Database) {
    forget_roles(major);
    let database = support::server(major).database("properties");
    let client = open(&database).await;
    converge(&client, &base_text(major)).await;
    (database, client)
}

/// Drops the roles of this test, once their database is gone.
fn forget_roles(major: u32) {
    let sql = "DO $$ DECLARE it name; BEGIN FOR it IN SELECT rolname FROM pg_roles WHERE rolname ~ '^props_' \
                 LOOP EXECUTE format('DROP ROLE %I', it); END LOOP; END $$";
    support::execute(&support::server(major).url("postgres"), sql);
}

/// Makes one change, looks whether it is told, and has it repaired. The connection is given back where the database is
/// as it was declared.
async fn walk(client: Database, wish: Arc<Loaded>, one: &'static OneChange) -> Result<Option<Database>, String> {
    match (client.batch_execute(one.sql).await, one.outcome) {
        (Err(_), Outcome::Impossible) => return Ok(Some(client)),
        (Ok(()), Outcome::Impossible) => return Err("the server can do that".to_owned()),
        (Err(error), _) => return Err(format!("the server refuses it: {error:?}")),
        (Ok(()), _) => {}
    }
    let found = compare(&client, &Scope::default(), &wish).await;
    let found = found.map_err(|error| dbtool::error::report(&error))?;
    if one.outcome == Outcome::NotOurs {
        return if found.is_same() { Ok(None) } else { Err(format!("it is told: {:#?}", lines(&found))) };
    }
    if !tells(&found, one) {
        return Err(format!("it is not told; what is told: {:#?}", lines(&found)));
    }
    if one.outcome == Outcome::Left {
        return Ok(None);
    }
    for part in files(&found) {
        run(&client, part.transactional, &part.steps).await;
    }
    assert_same(&client, &wish, one.sql).await;
    Ok(Some(client))
}

/// Makes each change by itself.
async fn changes_of(major: u32) {
    let wish = Arc::new(base(major));
    let mut there = Some(fresh(major).await);
    let (mut wrong, mut walked) = (Vec::new(), 0);
    let only = std::env::var("CHANGE").unwrap_or_default();
    let asked = |one: &&OneChange| one.since <= major && format!("{}.{}", one.kind, one.path).starts_with(&only);
    for one in all_changes().filter(asked) {
        walked += 1;
        let (database, client) = match there.take() {
            Some(there) => there,
            None => fresh(major).await,
        };
        let outcome = tokio::spawn(walk(client, Arc::clone(&wish), one)).await;
        let outcome = outcome.unwrap_or_else(|_| Err("it panics, as said above".to_owned()));
        match outcome {
            Ok(same) => there = same.map(|client| (database, client)),
            Err(why) => wrong.push(format!("{}.{} by {}\n    {why}", one.kind, one.path, one.sql)),
        }
    }
    drop(there);
    forget_roles(major);
    assert!(walked > 0, "there is no change `{only}`");
    assert!(wrong.is_empty(), "{} of {walked} changes go wrong on {major}:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn every_change_is_told_and_repaired_16() {
    changes_of(16).await;
}

#[tokio::test]
async fn every_change_is_told_and_repaired_18() {
    changes_of(18).await;
}
