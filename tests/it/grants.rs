//! Grants, default privileges and roles: changed behind dbtool's back, seen by other roles, pulled into a folder.

use dbtool::compare::compare;
use dbtool::inspect::Scope;

use super::converge::{assert_same, converge, declare, difference, files, lines, open, open_url, run};
use crate::support::{self, Project, TestDatabase};

/// Grants of every sort; APP, READER and BOSS stand for roles of the test's own.
const DECLARED: &str = r#"
[schema.billing]
grant = [{ to = ["APP"], privileges = ["usage"] }]

[enum.plan]
values = ["free", "pro"]
revoke = [{ from = "public", privileges = ["usage"] }]

[domain.email]
type = "text"

[composite.place]
attributes = { street = "text" }
grant = [{ to = ["APP"], privileges = ["usage"] }]

[sequence.numbers]
grant = [{ to = ["APP"], privileges = ["usage", "select"] }]

[function.open]
returns = "integer"
body = "SELECT 1"

[function.closed]
returns = "integer"
body = "SELECT 1"
grant = [{ to = ["APP"], privileges = ["execute"] }]
revoke = [{ from = "public", privileges = ["execute"] }]

[procedure.step]
body = "SELECT 1"
grant = [{ to = ["BOSS"], privileges = ["execute"], with_grant_option = true }]

[table.notes]
grant = [
    { to = ["APP"], privileges = ["select", "insert"] }, # the application
    { to = ["READER"], privileges = ["select"], columns = ["id", "title"] },
    { to = ["BOSS"], privileges = ["all"], with_grant_option = true },
]

[table.notes.column]
id = "serial"
title = "text"
body = "text"

[view.titles]
query = "SELECT title FROM notes"
grant = [{ to = ["READER"], privileges = ["select"] }]

[materialized_view.counted]
query = "SELECT count(*) FROM notes"
grant = [{ to = ["READER"], privileges = ["select"] }]

[[default_privileges]]
on = "tables"
in_schema = "billing"
grant = [{ to = ["APP"], privileges = ["select"] }]

[[default_privileges]]
on = "functions"
revoke = [{ from = "public", privileges = ["execute"] }]
"#;

/// What was done, and what is said of it.
type Drift = (&'static str, &'static [&'static str]);

const DRIFTS: &[Drift] = &[
    ("GRANT DELETE ON notes TO APP", &["~ grant on table notes to APP: select, insert, delete -> select, insert"]),
    ("REVOKE INSERT ON notes FROM APP", &["~ grant on table notes to APP: select -> select, insert"]),
    ("REVOKE ALL ON notes FROM APP", &["+ grant on table notes to APP: select, insert"]),
    ("GRANT SELECT ON notes TO PUBLIC", &["- grant on table notes to public"]),
    ("GRANT SELECT ON notes TO pg_monitor", &["- grant on table notes to pg_monitor"]),
    (
        "GRANT SELECT ON notes TO APP WITH GRANT OPTION",
        &["~ grant on table notes to APP: select with grant option, insert -> select, insert"],
    ),
    (
        "GRANT UPDATE (body) ON notes TO APP",
        &["~ grant on table notes to APP: select, insert, update (body) -> select, insert"],
    ),
    (
        "REVOKE SELECT (id) ON notes FROM READER",
        &["~ grant on table notes to READER: select (title) -> select (id), select (title)"],
    ),
    (
        "GRANT SELECT (id) ON notes TO READER WITH GRANT OPTION",
        &[
            "~ grant on table notes to READER: select (id) with grant option, select (title) -> select (id), select (title)",
        ],
    ),
    ("REVOKE TRUNCATE ON notes FROM postgres", &["- grant on table notes to its owner"]),
    ("GRANT INSERT ON titles TO READER", &["~ grant on view titles to READER: select, insert -> select"]),
    ("GRANT UPDATE (title) ON titles TO APP", &["- grant on view titles to APP"]),
    ("REVOKE SELECT ON counted FROM READER", &["+ grant on view counted to READER: select"]),
    ("GRANT UPDATE ON SEQUENCE numbers TO APP", &["~ grant on sequence numbers to APP: all -> select, usage"]),
    ("GRANT USAGE ON SEQUENCE notes_id_seq TO APP", &["- grant on sequence notes_id_seq to APP"]),
    ("REVOKE EXECUTE ON FUNCTION open FROM PUBLIC", &["- grant on function open() to public"]),
    ("GRANT EXECUTE ON FUNCTION closed TO PUBLIC", &["+ grant on function closed() to public: execute revoked"]),
    ("REVOKE EXECUTE ON FUNCTION closed FROM APP", &["+ grant on function closed() to APP: execute"]),
    (
        "REVOKE GRANT OPTION FOR EXECUTE ON PROCEDURE step FROM BOSS",
        &["~ grant on function step() to BOSS: execute -> execute with grant option"],
    ),
    ("GRANT CREATE ON SCHEMA billing TO APP", &["~ grant on schema billing to APP: all -> usage"]),
    ("GRANT CREATE ON SCHEMA public TO PUBLIC", &["- grant on schema public to public"]),
    ("REVOKE USAGE ON SCHEMA public FROM PUBLIC", &["- grant on schema public to public"]),
    ("GRANT USAGE ON TYPE plan TO PUBLIC", &["+ grant on enum plan to public: usage revoked"]),
    ("REVOKE USAGE ON DOMAIN email FROM PUBLIC", &["- grant on domain email to public"]),
    ("REVOKE USAGE ON TYPE place FROM APP", &["+ grant on composite type place to APP: usage"]),
    (
        "ALTER DEFAULT PRIVILEGES IN SCHEMA billing GRANT INSERT ON TABLES TO APP",
        &["~ default privileges on tables in billing to APP: select, insert -> select"],
    ),
    (
        "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC",
        &["+ default privileges on functions to public: execute revoked"],
    ),
    (
        "ALTER DEFAULT PRIVILEGES FOR ROLE BOSS GRANT SELECT ON TABLES TO APP",
        &["- default privileges on tables of BOSS to APP"],
    ),
    ("ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO APP", &["- default privileges on schemas to APP"]),
];

/// Roles of a test's own, by the words that stand for them.
struct Roles(Vec<(&'static str, String)>);

impl Roles {
    fn of(database: &TestDatabase) -> Self {
        let role = |word: &'static str| (word, database.role(&word.to_lowercase(), ""));
        Self(["APP", "READER", "BOSS"].map(role).into())
    }

    /// A text with the names in the place of the words.
    fn named(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (word, name)| text.replace(word, name))
    }

    /// The other way round.
    fn words(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (word, name)| text.replace(name, word))
    }
}

async fn drifts(major: u32) {
    let database = support::server(major).database("grants");
    let roles = Roles::of(&database);
    let client = open(&database).await;
    let declared = roles.named(DECLARED);
    converge(&client, &declared).await;
    let wish = declare(&declared);
    let mut wrong = Vec::new();
    for (sql, expected) in DRIFTS {
        database.execute(&roles.named(sql));
        let comparison = difference(&client, &wish).await;
        let found: Vec<String> = lines(&comparison).iter().map(|line| roles.words(line)).collect();
        if found != *expected {
            wrong.push(format!("{sql}\n  expected {expected:#?}\n  found {found:#?}"));
        }
        let parts = files(&comparison);
        for part in &parts {
            run(&client, part.transactional, &part.steps).await;
        }
        assert_same(&client, &wish, sql).await;
        // The way back leads to what was there, and forth again.
        for part in parts.iter().rev() {
            run(&client, part.transactional, &part.down).await;
        }
        let again: Vec<String> =
            lines(&difference(&client, &wish).await).iter().map(|line| roles.words(line)).collect();
        assert_eq!(again, found, "after the way back from: {sql}");
        for part in &parts {
            run(&client, part.transactional, &part.steps).await;
        }
    }
    assert!(wrong.is_empty(), "{} drifts are told in other words:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn drift_is_told_and_repaired_16() {
    drifts(16).await;
}

#[tokio::test]
async fn drift_is_told_and_repaired_18() {
    drifts(18).await;
}

/// Each attribute of a role that somebody changes is told and put back; nothing is said of roles that nobody declares.
#[tokio::test]
async fn attributes_of_a_role_are_told_and_repaired() {
    const DRIFTS: &[Drift] = &[
        ("ALTER ROLE APP NOLOGIN", &["~ role APP: login no -> yes"]),
        (
            "ALTER ROLE APP NOINHERIT",
            &["~ role APP: inherit no -> yes, member of READER inherit yes set yes -> READER set yes"],
        ),
        ("ALTER ROLE APP SUPERUSER", &["~ role APP: superuser yes -> no"]),
        ("ALTER ROLE APP CREATEDB", &["~ role APP: createdb yes -> no"]),
        ("ALTER ROLE APP CREATEROLE", &["~ role APP: createrole yes -> no"]),
        ("ALTER ROLE APP REPLICATION", &["~ role APP: replication yes -> no"]),
        ("ALTER ROLE APP BYPASSRLS", &["~ role APP: bypassrls yes -> no"]),
        ("ALTER ROLE APP CONNECTION LIMIT 7", &["~ role APP: connection limit 7 -> 3"]),
        (
            "ALTER ROLE APP VALID UNTIL '2029-01-01 UTC'",
            &["~ role APP: valid until 2029-01-01 00:00:00+00 -> 2030-01-01 00:00:00+00"],
        ),
        ("ALTER ROLE APP VALID UNTIL 'infinity'", &["~ role APP: valid until none -> 2030-01-01 00:00:00+00"]),
        ("GRANT BOSS TO APP", &["~ role APP: member of BOSS set yes READER set yes -> READER set yes"]),
        ("REVOKE READER FROM APP", &["~ role APP: member of none -> READER set yes"]),
        (
            "GRANT READER TO APP WITH ADMIN OPTION",
            &["~ role APP: member of READER admin yes set yes -> READER set yes"],
        ),
        (
            "ALTER ROLE APP SET work_mem = '1MB'",
            &["~ role APP: set [statement_timeout=3s, work_mem=1MB] -> [statement_timeout=3s]"],
        ),
        ("ALTER ROLE APP RESET ALL", &["~ role APP: set none -> [statement_timeout=3s]"]),
        ("COMMENT ON ROLE APP IS 'other'", &["~ role APP: comment \"other\" -> \"The application\""]),
        ("ALTER ROLE BOSS SUPERUSER", &[]),
    ];
    let database = support::server(18).database("roles");
    let roles = Roles::of(&database);
    let client = open(&database).await;
    let declared = roles.named(
        "[role.APP]\nlogin = true\nconnection_limit = 3\nvalid_until = \"2030-01-01\"\nmember_of = [\"READER\"]\n\
         set = { statement_timeout = \"3s\" }\ncomment = \"The application\"\n[role.READER]\n",
    );
    converge(&client, &declared).await;
    let wish = declare(&declared);
    for (sql, expected) in DRIFTS {
        database.execute(&roles.named(sql));
        let comparison = difference(&client, &wish).await;
        let found: Vec<String> = lines(&comparison).iter().map(|line| roles.words(line)).collect();
        assert_eq!(found, *expected, "{sql}");
        for part in files(&comparison) {
            run(&client, part.transactional, &part.steps).await;
        }
        assert_same(&client, &wish, sql).await;
    }
}

/// A declaration does not say who owns the database: it means the same where another role does, and to whoever looks.
#[tokio::test]
async fn another_owner_and_another_reader_find_no_difference() {
    for major in [16, 18] {
        let first = support::server(major).database("owner");
        let roles = Roles::of(&first);
        let declared = roles.named(DECLARED);
        for (number, hint) in ["alice", "bob"].into_iter().enumerate() {
            let database = support::server(major).database(hint);
            let owner = database.role(hint, "LOGIN");
            let reader = database.role("looks", "LOGIN");
            database.execute(&format!("ALTER DATABASE \"{}\" OWNER TO \"{owner}\"", database.name));
            // A grant to the owner is the owner's anyway.
            let own = format!("grant = [\n    {{ to = [\"{owner}\"], privileges = [\"select\"] }},");
            let declared =
                if number == 0 { declared.clone() } else { declared.replacen("grant = [\n", &(own + "\n"), 1) };
            let client = open_url(&database.url_as(&owner)).await;
            let wish = declare(&declared);
            converge(&client, &declared).await;
            let looks = open_url(&database.url_as(&reader)).await;
            assert_same(&looks, &wish, "as a role that may do nothing").await;
            assert_same(&open(&database).await, &wish, "as the superuser").await;
        }
    }
}

/// Who was given something by somebody other than the owner loses it too, and whoever keeps it has it from the owner.
#[tokio::test]
async fn what_was_passed_on_is_taken_back() {
    let database = support::server(18).database("chain");
    let roles = Roles::of(&database);
    let client = open(&database).await;
    let toml = |grants: &str| {
        roles.named(&format!("[table.notes]\n{grants}\n[table.notes.column]\nid = \"integer\"\ntitle = \"text\"\n"))
    };
    let chain = "BEGIN; GRANT SELECT ON notes TO APP WITH GRANT OPTION; SET LOCAL ROLE APP; GRANT SELECT ON notes TO READER; \
                 COMMIT";
    for left in [
        "",
        "grant = [{ to = \"READER\", privileges = [\"select\"] }]",
        "grant = [{ to = [\"APP\", \"READER\"], privileges = [\"select\"] }]",
        "grant = [{ to = \"APP\", privileges = [\"select\"], with_grant_option = true }]",
    ] {
        converge(&client, &toml("")).await;
        database.execute(&roles.named(chain));
        converge(&client, &toml(left)).await;
    }
}

/// A role that is named and not there is complained about at its place, before anything runs.
#[test]
fn a_role_that_is_not_there_is_said() {
    let database = support::server(18).database("ghost");
    let project = Project::new();
    project.write(
        "schema/a.toml",
        "[table.notes]\nrow_security = \"on\"\ngrant = [{ to = [\"ghost_of_app\"], privileges = [\"select\"] }]\n\
         [table.notes.column]\nid = \"integer\"\n[table.notes.policy.p]\nto = [\"ghost_of_boss\"]\nusing = \"true\"\n",
    );
    let run = project.dbtool_at(&database.url, &["diff"]);
    assert_eq!(run.code, 1, "{run}");
    for said in [
        "schema/a.toml:3:18: there is no role `ghost_of_app`, and none is declared",
        "there is no role `ghost_of_boss`",
        "hint: declare it as `[role.NAME]`",
    ] {
        assert!(run.stderr.contains(said), "{run}");
    }
}

/// `ignore` keeps a role out of the comparison: what it was granted, and what it grants by default.
#[test]
fn a_role_that_is_not_ours_is_left_alone() {
    let database = support::server(18).database("ignored");
    let roles = Roles::of(&database);
    let project = Project::new();
    project.write("schema/a.toml", "[table.notes]\ncolumn.id = \"integer\"\n");
    project.write("dbtool.toml", &roles.named("ignore = [\"role.APP\", \"role.BOSS\"]\n"));
    database.execute(&roles.named(
        "CREATE TABLE notes (id integer); GRANT ALL ON notes TO APP; GRANT SELECT (id) ON notes TO APP; \
         ALTER DEFAULT PRIVILEGES FOR ROLE BOSS GRANT SELECT ON TABLES TO READER; \
         ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO APP",
    ));
    let run = project.dbtool_at(&database.url, &["diff"]);
    assert_eq!(run.code, 0, "{run}");
    database.execute(&roles.named("GRANT SELECT ON notes TO READER"));
    let run = project.dbtool_at(&database.url, &["diff"]);
    assert_eq!((run.code, roles.words(&run.stdout).as_str()), (2, "- grant on table notes to READER\n"), "{run}");
}

/// What is pulled declares the roles that it names, and a folder that is there keeps what it has.
#[tokio::test]
async fn grants_and_roles_are_pulled() {
    for major in [16, 18] {
        let database = support::server(major).database("pulled");
        let roles = Roles::of(&database);
        converge(&open(&database).await, &roles.named(DECLARED)).await;
        let project = Project::new();
        let pull = |project: &Project| {
            let run = project.dbtool_at(&database.url, &["pull"]);
            assert_eq!(run.code, 0, "{run}");
            let run = project.dbtool_at(&database.url, &["diff"]);
            assert_eq!(run.code, 0, "{run}");
        };
        pull(&project);
        let shared = roles.words(&project.read("schema/shared.toml"));
        assert!(shared.contains("[role.APP]\n") && !shared.contains("[role.postgres]"), "{shared}");
        assert!(shared.contains("revoke = [{ from = \"public\", privileges = [\"usage\"] }]\n"), "{shared}");
        let notes = roles.words(&project.read("schema/notes.toml"));
        assert!(
            notes.contains("    { to = [\"BOSS\"], privileges = [\"all\"], with_grant_option = true },\n"),
            "{notes}"
        );
        // By hand, in one file, and then the database goes on.
        let project = Project::new();
        project.write("schema/all.toml", &roles.named(DECLARED));
        pull(&project);
        assert_eq!(roles.words(&project.read("schema/all.toml")), DECLARED);
        database.execute(&roles.named(
            "GRANT DELETE ON notes TO APP; REVOKE USAGE ON SCHEMA billing FROM APP; GRANT USAGE ON TYPE plan TO PUBLIC; \
             GRANT USAGE ON SEQUENCE notes_id_seq TO APP; REVOKE USAGE ON SCHEMA public FROM PUBLIC; \
             ALTER DEFAULT PRIVILEGES IN SCHEMA billing GRANT INSERT ON TABLES TO APP; \
             ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC; \
             ALTER DEFAULT PRIVILEGES FOR ROLE BOSS GRANT SELECT ON TABLES TO APP",
        ));
        pull(&project);
        let text = roles.words(&project.read("schema/all.toml"));
        assert!(text.contains("[schema.billing]\ngrant = []\n\n[schema.public]\nrevoke = "), "{text}");
        assert!(text.contains("[enum.plan]\nvalues = [\"free\", \"pro\"]\ngrant  = []\n\n"), "{text}");
        assert!(text.contains("on        = \"tables\"\nin_schema = \"billing\"\n"), "{text}");
        assert!(!text.contains("on = \"functions\""), "{text}");
    }
}

/// What memberships have of their own since 16, an older server has not: that is told at its place, before anything is
/// planned.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_server_has_no_options_of_memberships() {
    if !support::majors().contains(&15) {
        return support::shout("PostgreSQL 15 is not there: memberships without options are not tried");
    }
    let database = support::server(15).database("members");
    let client = open(&database).await;
    let member = |rest: &str| {
        format!("[role.case_team]\n\n[role.case_member]\nmember_of = [{{ role = \"case_team\", {rest} }}]\n")
    };
    for (rest, option) in [("inherit = false", "inherit"), ("set = false", "set = false")] {
        let said = compare(&client, &Scope::default(), &declare(&member(rest))).await.map(drop).unwrap_err();
        let said = dbtool::error::report(&said);
        let told = format!("this server has no `{option}` of a membership: PostgreSQL 16 is the first");
        assert!(
            said.contains(&told) && said.contains("schema/case.toml:4:23") && said.contains("older server"),
            "{said}"
        );
    }
    let planned = compare(&client, &Scope::default(), &declare(&member("admin = true, inherit = true"))).await.unwrap();
    assert!(dbtool::render::script(&planned).contains("GRANT case_team TO case_member WITH ADMIN OPTION"));
}
