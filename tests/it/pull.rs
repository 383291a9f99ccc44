//! `dbtool pull`: what comes out means what is there, and what a person wrote stays as it was.

use std::collections::BTreeMap;
use std::path::Path;

use dbtool::compare::worded;
use dbtool::database::Database;
use dbtool::inspect::{Scope, inspect};
use dbtool::load::{Loaded, load_sources};
use dbtool::pull::{Before, pull};

use super::cases::folders;
use super::converge::{assert_same, converge, difference, files, open, open_url, run};
use crate::support::{self, Project, TestDatabase};

mod existing;
mod names;

type Files = BTreeMap<String, String>;

fn loaded(files: &Files) -> Loaded {
    let sources = files.iter().map(|(path, text)| (path.clone(), text.clone())).collect();
    load_sources(sources).unwrap_or_else(|complaints| panic!("{complaints:#?}"))
}

/// Pulls into nothing.
async fn pulled(database: &Database) -> Files {
    let found = inspect(database, &Scope::default()).await.unwrap();
    pull(&found.schema, "schema", None).unwrap_or_else(|error| panic!("{}", dbtool::error::report(&error)))
}

/// Pulls over files that are there.
async fn pulled_again(database: &Database, files: &Files) -> Files {
    let found = inspect(database, &Scope::default()).await.unwrap();
    let loaded = loaded(files);
    let (worded, _) = worded(database, &found.schema, &loaded).await.unwrap();
    let before = Before { loaded: &loaded, worded: &worded, folder: "schema", in_scope: &|_| true };
    pull(&found.schema, "schema", Some(&before)).unwrap_or_else(|error| panic!("{}", dbtool::error::report(&error)))
}

/// What holds for every database: pulled, it differs in nothing, and pulling again changes no byte.
async fn holds(database: &Database) -> Files {
    let files = pulled(database).await;
    assert_eq!(files, pulled(database).await, "the same database gives other bytes");
    assert_same(database, &loaded(&files), &format!("after a pull of\n{files:#?}\n")).await;
    assert_eq!(files, pulled_again(database, &files).await, "a second pull changes what the first wrote");
    files
}

/// The fixtures of all cases, in order, none twice.
fn fixtures() -> Vec<String> {
    let kinds = folders(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"));
    let mut all: Vec<String> = Vec::new();
    for case in kinds.iter().flat_map(|kind| folders(kind)) {
        let text = std::fs::read_to_string(case.join("to.toml")).unwrap();
        if !all.contains(&text) {
            all.push(text);
        }
    }
    all
}

/// Every so-manieth fixture on each server, and every one with `PULL=all`.
async fn fixtures_on(major: u32) {
    const EVERY: usize = 12;
    let every = if std::env::var_os("PULL").is_some_and(|which| which == "all") { 1 } else { EVERY };
    let (mut before, mut walked) = (Files::new(), 0);
    let database = support::server(major).database("pull");
    let client = open(&database).await;
    super::cases::roles(&client).await;
    for fixture in fixtures().iter().skip(major as usize % every).step_by(every) {
        if !super::cases::can_have(&client, fixture).await {
            continue;
        }
        converge(&client, fixture).await;
        let files = holds(&client).await;
        // The folder of the fixture before, brought to this one.
        let merged = pulled_again(&client, &if before.is_empty() { files.clone() } else { before }).await;
        assert_same(&client, &loaded(&merged), &format!("after a pull into an older folder\n{merged:#?}\n")).await;
        // The author's own words.
        let own = Files::from([("schema/case.toml".to_owned(), fixture.clone())]);
        assert_eq!(pulled_again(&client, &own).await, own, "the author's file is changed though nothing differs");
        before = files;
        walked += 1;
    }
    assert!(walked > 10, "only {walked} fixtures on {major}");
}

#[tokio::test]
async fn fixtures_come_back_as_they_are_on_15() {
    if support::majors().contains(&15) {
        fixtures_on(15).await;
    }
}

#[tokio::test]
async fn fixtures_come_back_as_they_are_on_16() {
    fixtures_on(16).await;
}

#[tokio::test]
async fn fixtures_come_back_as_they_are_on_17() {
    if support::majors().contains(&17) {
        fixtures_on(17).await;
    }
}

#[tokio::test]
async fn fixtures_come_back_as_they_are_on_18() {
    fixtures_on(18).await;
}

/// This repository's own declaration.
async fn platform() -> (TestDatabase, Database) {
    let database = support::server(18).database("pull");
    let client = open(&database).await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema");
    let comparison = difference(&client, &dbtool::load::load(&folder, "schema").unwrap()).await;
    for part in files(&comparison) {
        run(&client, part.transactional, &part.steps).await;
    }
    (database, client)
}

#[tokio::test]
async fn policies_that_recur_become_a_set() {
    let (_database, client) = platform().await;
    let files = holds(&client).await;
    let shared = &files["schema/shared.toml"];
    for line in
        ["[policy_set.tenant]", "select.using = \"{tenant} = get_current_tenant_id()\"", "[policy_set.through_parent]"]
    {
        assert!(shared.contains(line), "no `{line}` in\n{shared}");
    }
    let uses = |text: &str| files.values().filter(|file| file.contains(text)).count();
    assert_eq!(
        (uses("policies     = { set = \"tenant\", tenant = "), uses("{ set = \"through_parent\", parent = ")),
        (10, 4)
    );
    assert_eq!(uses(".policy"), 0, "a policy stands in full beside its set");
    let users = "[table.users]\ncomment      = \"A person who works for a tenant\"\nprimary_key  = [\"id\"]\n\
        row_security = \"force\"\npolicies     = { set = \"tenant\", tenant = \"tenant_id\" }\n\n[table.users.column]\n\
        id            = { type = \"uuid\", default = \"gen_random_uuid()\" }\n\
        tenant_id     = { type = \"uuid\", not_null = true, references = \"tenants(id)\", on_delete = \"cascade\" }\n\
        email         = { type = \"text\", not_null = true, unique = true }\n\
        password_hash = { type = \"text\", not_null = true }\n\
        role          = { type = \"text\", not_null = true, default = \"'member'\", one_of = [\"owner\", \"admin\", \"member\"] }\n\
        name          = \"text\"\navatar_url    = \"text\"\n\
        created_at    = { type = \"timestamp\", not_null = true, default = \"now()\" }\n\
        updated_at    = { type = \"timestamp\", not_null = true, default = \"now()\" }\n\n[table.users.index]\n\
        user_email_idx  = { on = [\"email\"] }\nuser_tenant_idx = { on = [\"tenant_id\"] }\n";
    assert_eq!(files["schema/users.toml"], users);
}

#[tokio::test]
async fn a_role_that_may_only_read_can_pull() {
    let (database, _client) = platform().await;
    database.execute(&format!("REVOKE TEMPORARY ON DATABASE \"{}\" FROM PUBLIC", database.name));
    let reader = database.role("reader", "LOGIN");
    let client = open_url(&database.url_as(&reader)).await;
    let files = holds(&client).await;
    assert_eq!(files.len(), 16);
    let project = Project::new();
    let url = database.url_as(&reader);
    assert_eq!(project.dbtool_at(&url, &["pull"]).code, 0);
    assert_eq!(project.dbtool_at(&url, &["diff"]).code, 0);
    let again = project.dbtool_at(&url, &["pull"]);
    assert!(again.code == 0 && again.stderr.contains("files: 16 unchanged"), "{again}");
}

/// A name that is said and is the one that PostgreSQL gives anyway is the author's to say.
#[tokio::test]
async fn a_usual_name_of_a_part_stays_said() {
    let database = support::server(16).database("pull");
    database.execute("CREATE TABLE a (id integer PRIMARY KEY) PARTITION BY RANGE (id)");
    database.execute("CREATE TABLE a_1 PARTITION OF a FOR VALUES FROM (1) TO (2)");
    let text = "[table.a]\npartition_by = \"range (id)\"\nprimary_key = [\"id\"]\ncolumn.id = \"integer\"\n\n\
                [table.a_1]\npartition_of = \"a\"\nvalues = \"from (1) to (2)\"\nindex_names = { a_pkey = \"a_1_pkey\" }\n";
    let own = Files::from([("schema/mine.toml".to_owned(), text.to_owned())]);
    assert_eq!(pulled_again(&open(&database).await, &own).await, own);
}

/// After a REVOKE the access list is written out, which nobody need say.
#[tokio::test]
async fn the_authors_words_stay_where_a_list_says_nothing_new() {
    let database = support::server(18).database("pull");
    database.execute("CREATE TABLE notes (id integer); GRANT SELECT ON notes TO pg_monitor");
    database.execute("REVOKE SELECT ON notes FROM pg_monitor");
    let own = Files::from([("schema/mine.toml".to_owned(), "[table.notes.column]\nid = \"int\"\n".to_owned())]);
    assert_eq!(pulled_again(&open(&database).await, &own).await, own);
}
