//! What has to be made anew belongs to whom it belonged: views read, and functions run, with their owner's rights.

use crate::support::{self, Project, TestDatabase};

/// As it is first; OWNER and OTHER are roles of the test's own.
const FROM: &str = r#"
[enum.mood]
values = ["good", "bad", "odd"]

[domain.amount]
type = "integer"

[table.notes]
row_security = "force"

[table.notes.column]
id = { type = "integer", not_null = true }
mood = "mood"
worth = "amount"

[view.shown]
query = "SELECT id, mood FROM notes"

[view.counted]
query = "SELECT count(*) AS all_of_them FROM shown"

[materialized_view.kept]
query = "SELECT id FROM notes"

[function.first_of]
returns = "integer"
security_definer = true
body = "SELECT 1"

[function.moods]
arguments = [{ name = "of", type = "mood" }]
returns = "integer"
security_definer = true
body = "SELECT 2"
"#;

/// What each object belongs to.
const OWNERS: &str = "\
    SELECT string_agg(what || ' ' || whose, ', ' ORDER BY what COLLATE \"C\") FROM ( \
        SELECT relname, pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm') \
        UNION ALL SELECT proname, pg_get_userbyid(proowner) FROM pg_proc WHERE pronamespace = 'public'::regnamespace \
        UNION ALL SELECT typname, pg_get_userbyid(typowner) FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd') \
    ) a (what, whose) WHERE what NOT LIKE 'refinery%'";

fn stays_with_its_owners(major: u32) {
    let database = support::server(major).database("owners");
    let (owner, other) = (database.role("owner", ""), database.role("other", ""));
    let project = Project::new();
    project.write("schema/app.toml", FROM);
    let dbtool = |code: i32, args: &[&str]| {
        let run = project.dbtool_at(&database.url, args);
        assert_eq!(run.code, code, "{args:?}: {run}");
        run
    };
    dbtool(0, &["diff", "--write", "first", "--allow", "all"]);
    dbtool(0, &["migrate"]);
    give_away(&database, &owner, &other);
    let before = database.query_text(OWNERS);
    let renamed = before[0][0].replace("counted ", "counted_anew ");
    let retyped = FROM
        .replace("id = { type = \"integer\"", "id = { type = \"bigint\"")
        .replace("\"good\", \"bad\", \"odd\"", "\"good\", \"bad\"")
        .replace("[domain.amount]\ntype = \"integer\"", "[domain.amount]\ntype = \"bigint\"")
        .replace("[function.first_of]\nreturns = \"integer\"", "[function.first_of]\nreturns = \"bigint\"")
        .replace("[view.counted]", "[view.counted_anew]\nrenamed_from = \"counted\"");
    project.write("schema/app.toml", &retyped);
    dbtool(0, &["diff", "--write", "second", "--allow", "all"]);
    dbtool(0, &["migrate"]);
    assert_eq!(database.query_text(OWNERS)[0][0], renamed, "on {major}");
    dbtool(0, &["diff"]);
    dbtool(0, &["rollback", "--to", "1", "--allow", "all"]);
    assert_eq!(database.query_text(OWNERS), before, "on {major}, after the way back");
}

/// Most belongs to one role, some to another; nothing to the superuser who migrates.
fn give_away(database: &TestDatabase, owner: &str, other: &str) {
    let all = [
        ("TABLE notes", owner),
        ("VIEW shown", other),
        ("VIEW counted", other),
        ("MATERIALIZED VIEW kept", owner),
        ("FUNCTION first_of()", other),
        ("FUNCTION moods(mood)", owner),
        ("TYPE mood", owner),
        ("DOMAIN amount", other),
    ];
    for (what, whose) in all {
        database.execute(&format!("ALTER {what} OWNER TO {}", dbtool::sql::quote_ident(whose)));
    }
}

#[test]
fn what_is_made_anew_stays_with_its_owners_16() {
    stays_with_its_owners(16);
}

#[test]
fn what_is_made_anew_stays_with_its_owners_18() {
    stays_with_its_owners(18);
}

/// A sequence has to belong to whom the table belongs: the one of a new column, made by a superuser, is handed over.
fn counts_in_anothers_table(major: u32) {
    let database = support::server(major).database("counting_owners");
    let owner = database.role("owner", "");
    database.execute(&format!(
        "CREATE TABLE notes (id integer); ALTER TABLE notes OWNER TO {}",
        dbtool::sql::quote_ident(&owner)
    ));
    let project = Project::new();
    project.write("schema/app.toml", "[table.notes.column]\nid = \"integer\"\nnumber = \"serial\"\n");
    for args in [&["diff", "--write", "number", "--allow", "all"][..], &["migrate"], &["diff"]] {
        let run = project.dbtool_at(&database.url, args);
        assert_eq!(run.code, 0, "{args:?} on {major}: {run}");
    }
    let asked = "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'notes_number_seq'::regclass";
    assert_eq!(database.query_text(asked)[0][0], owner, "on {major}");
    let run = project.dbtool_at(&database.url, &["rollback", "--to", "0", "--allow", "all"]);
    assert_eq!(run.code, 0, "on {major}: {run}");
}

#[test]
fn a_sequence_belongs_to_whom_its_table_belongs_16() {
    counts_in_anothers_table(16);
}

#[test]
fn a_sequence_belongs_to_whom_its_table_belongs_18() {
    counts_in_anothers_table(18);
}
