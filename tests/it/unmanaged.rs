//! What dbtool sees and does not manage: named and counted, never altered, never dropped; and what is not ours at all.

use std::collections::BTreeSet;

use dbtool::inspect::{CATALOGS, Treatment};
use serde_json::Value;

use crate::support::{self, Project, Run, TestDatabase};

mod broken;
mod ignored;

const ZOO: &str = include_str!("unmanaged/zoo.sql");

/// How many of each are in the zoo.
const COUNTS: &[(&str, i64)] = &[
    ("access method", 1),
    ("base type", 1),
    ("cast", 1),
    ("collation", 1),
    ("comment on an inner part", 2),
    ("conversion", 1),
    ("default of a view column", 1),
    ("dependency on an extension", 1),
    ("event trigger", 1),
    ("foreign data wrapper", 1),
    ("foreign server", 1),
    ("foreign table", 1),
    ("grant on what an extension brought", 1),
    ("language", 1),
    ("large object", 3),
    ("operator", 1),
    ("operator class", 1),
    ("operator family", 1),
    ("operator in another's family", 1),
    ("publication", 1),
    ("rule", 1),
    ("setting of a materialized view", 2),
    ("setting of a partition index", 1),
    ("shell type", 1),
    ("statistics object", 1),
    ("statistics target of an index", 1),
    ("subscription", 1),
    ("switched trigger of a constraint", 1),
    ("switched trigger of a partition", 1),
    ("text search configuration", 1),
    ("text search dictionary", 1),
    ("text search parser", 1),
    ("text search template", 1),
    ("transform", 1),
    ("typed table", 1),
    ("user mapping", 1),
];

/// What counts all of it but for dbtool: the rows of the catalogs themselves.
const LEFT_ALONE: &str = "SELECT md5(string_agg(x::text, ',' ORDER BY x::text)) FROM (
    SELECT to_jsonb(t) x FROM pg_am t UNION ALL SELECT to_jsonb(t) FROM pg_cast t UNION ALL SELECT to_jsonb(t) FROM pg_amop t
    UNION ALL SELECT to_jsonb(t) FROM pg_event_trigger t UNION ALL SELECT to_jsonb(t) FROM pg_foreign_server t
    UNION ALL SELECT to_jsonb(t) FROM pg_foreign_table t UNION ALL SELECT to_jsonb(t) FROM pg_publication_rel t
    UNION ALL SELECT to_jsonb(t) FROM pg_statistic_ext t UNION ALL SELECT to_jsonb(t) FROM pg_operator t
    UNION ALL SELECT to_jsonb(t) FROM pg_opclass t UNION ALL SELECT to_jsonb(t) FROM pg_opfamily t
    UNION ALL SELECT to_jsonb(t) FROM pg_ts_config t UNION ALL SELECT to_jsonb(t) FROM pg_ts_dict t
    UNION ALL SELECT to_jsonb(t) FROM pg_transform t UNION ALL SELECT to_jsonb(t) FROM pg_rewrite t
    UNION ALL SELECT to_jsonb(t) FROM pg_user_mapping t UNION ALL SELECT to_jsonb(t) FROM pg_collation t) all_of_it";

/// A database with the zoo; its subscription goes before it does.
struct Zoo {
    database: TestDatabase,
    project: Project,
}

impl Zoo {
    fn on(major: u32) -> Zoo {
        let database = support::server(major).database("zoo");
        // What has no namespace is called the same in every database, and subscriptions share one catalog.
        database.execute(&ZOO.replace("zoo_inbound", &database.name));
        Zoo { database, project: Project::new() }
    }

    fn run(&self, code: i32, args: &[&str]) -> Run {
        let run = self.project.dbtool_at(&self.database.url, args);
        assert_eq!(run.code, code, "{run}");
        run
    }
}

impl Drop for Zoo {
    fn drop(&mut self) {
        self.database.execute(&format!("DROP SUBSCRIPTION IF EXISTS \"{}\"", self.database.name));
    }
}

#[test]
fn every_table_of_the_catalog_is_decided_about() {
    let decided: BTreeSet<&str> = CATALOGS.iter().map(|(name, _)| *name).collect();
    assert_eq!(decided.len(), CATALOGS.len(), "a table is listed twice");
    for major in support::majors() {
        let database = support::server(major).database("catalogs");
        let there = database.query_text(
            "SELECT relname FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r' ORDER BY 1",
        );
        let there: Vec<String> = there.concat();
        let undecided: Vec<&String> = there.iter().filter(|name| !decided.contains(name.as_str())).collect();
        assert!(undecided.is_empty(), "on PostgreSQL {major}, nobody decided about {undecided:?}");
    }
    for (name, treatment) in CATALOGS {
        if let Treatment::LeftOut(reason) = treatment {
            assert!(!reason.is_empty(), "{name} is left out without a reason");
        }
    }
}

#[test]
fn every_kind_that_is_counted_is_in_the_zoo() {
    // No label can be given without a module that provides them, and these have tests of their own.
    const ELSEWHERE: &[&str] = &["pg_seclabel", "pg_default_acl", "pg_constraint", "pg_proc", "pg_trigger"];
    let zoo: BTreeSet<&str> = COUNTS.iter().map(|(kind, _)| *kind).collect();
    for (name, treatment) in CATALOGS.iter().filter(|(name, _)| !ELSEWHERE.contains(name)) {
        let (Treatment::Counted(arm) | Treatment::Managed(Some(arm))) = treatment else { continue };
        let arm = arm.replace("''", "’");
        let words = arm.split('\'').map(|word| word.replace('’', "'"));
        assert!(words.into_iter().any(|word| zoo.contains(word.as_str())), "nothing of {name} is in the zoo");
    }
}

#[test]
fn everything_that_is_not_managed_is_counted_and_left_alone() {
    for major in support::majors() {
        let zoo = Zoo::on(major);
        let before = zoo.database.query_text(LEFT_ALONE);
        let pulled = zoo.run(0, &["--verbose", "pull"]);
        assert!(pulled.stderr.contains("unmanaged cast: pair AS integer\n"), "{pulled}");
        assert!(pulled.stderr.contains("unmanaged rule: quiet on notes\n"), "{pulled}");
        let expected: Value = COUNTS.iter().map(|(kind, count)| ((*kind).to_owned(), Value::from(*count))).collect();
        for command in ["diff", "check"] {
            let run = zoo.run(0, &[command, "--format", "json"]);
            let document: Value = serde_json::from_str(&run.stdout).unwrap();
            assert_eq!(document["unmanaged"], expected, "PostgreSQL {major}: {run}");
            let text = zoo.run(0, &[command]);
            for told in ["1 cast, ", "3 large objects, ", "1 user mapping\n", "1 foreign table, ", "1 publication, "] {
                assert!(text.stderr.contains(told) && pulled.stderr.contains(told), "no `{told}`: {text}{pulled}");
            }
        }
        // Around all of that, what is managed goes on changing.
        let toml = zoo.project.read("schema/uses.toml").replace("many = \"small[]\"\n", "more = \"small\"\n");
        zoo.project.write("schema/uses.toml", &toml);
        zoo.run(0, &["diff", "--write", "more", "--allow", "all"]);
        zoo.run(0, &["migrate"]);
        zoo.run(0, &["diff"]);
        zoo.run(0, &["check"]);
        assert_eq!(zoo.database.query_text(LEFT_ALONE), before, "PostgreSQL {major}");
    }
}

#[test]
fn what_leans_on_it_is_declared_and_says_so() {
    let zoo = Zoo::on(18);
    zoo.run(0, &["pull"]);
    let shared = zoo.project.read("schema/shared.toml");
    assert!(shared.ends_with("[unmanaged]\ntypes = [\"rates\", \"small\"]\n"), "{shared}");
    assert!(zoo.project.read("schema/uses.toml").contains("many  = \"small[]\"\n"), "{shared}");
    let again = zoo.run(0, &["pull"]);
    assert!(again.stderr.ends_with("unchanged\n"), "{again}");
    // More of it comes into the same lists.
    zoo.database
        .execute("CREATE FOREIGN TABLE more_rates (day date) SERVER away; ALTER TABLE uses ADD COLUMN more more_rates");
    zoo.project.write("schema/shared.toml", &shared.replace("[unmanaged]", "# elsewhere\n[unmanaged]"));
    zoo.run(0, &["pull"]);
    let shared = zoo.project.read("schema/shared.toml");
    assert!(shared.ends_with("# elsewhere\n[unmanaged]\ntypes = [\"rates\", \"small\", \"more_rates\"]\n"), "{shared}");
    zoo.run(0, &["diff"]);
}

#[test]
fn what_an_extension_brought_is_nobodys() {
    for major in support::with_vector() {
        let database = support::server(major).database("members");
        database.execute("CREATE EXTENSION vector; CREATE TABLE t (id int PRIMARY KEY, v vector(3))");
        let project = Project::new();
        let run = project.dbtool_at(&database.url, &["pull"]);
        assert!(run.code == 0 && !run.stderr.contains("unmanaged"), "{run}");
    }
}

#[test]
fn what_any_extension_of_the_server_brought_is_nobodys() {
    let database = support::server(18).database("contrib");
    // Some want to be loaded when the server starts.
    database.execute(
        "DO $$ DECLARE extension text; BEGIN \
           FOR extension IN SELECT name FROM pg_available_extensions LOOP \
             BEGIN EXECUTE format('CREATE EXTENSION IF NOT EXISTS %I CASCADE', extension); \
             EXCEPTION WHEN OTHERS THEN NULL; END; \
           END LOOP; END $$",
    );
    let all = database.query_text("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'").concat();
    assert!(all.len() > 20 && all.contains(&"btree_gist".to_owned()), "{all:?}");
    let project = Project::new();
    let run = project.dbtool_at(&database.url, &["pull"]);
    assert!(run.code == 0 && !run.stderr.contains("unmanaged"), "{run}");
    let declared = project.read("schema/extensions.toml");
    let strange: Vec<&str> =
        declared.lines().filter(|line| line.starts_with('[') && !line.starts_with("[extension.")).collect();
    assert!(strange.is_empty(), "{strange:?}");
    let run = project.dbtool_at(&database.url, &["diff"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, "no differences\n"), "{run}");
}

#[test]
fn a_place_in_a_tablespace_is_seen() {
    let database = support::server(18).database("space");
    let space = database.name.clone();
    database.execute(&format!("ALTER DATABASE \"{space}\" SET allow_in_place_tablespaces = on"));
    database.execute(&format!("CREATE TABLESPACE \"{space}\" LOCATION ''"));
    database.execute(&format!(
        "CREATE TABLE t (id int) TABLESPACE \"{space}\"; CREATE INDEX i ON t (id) TABLESPACE \"{space}\""
    ));
    let project = Project::new();
    let run = project.dbtool_at(&database.url, &["-v", "pull"]);
    database.execute("DROP TABLE t");
    database.execute(&format!("DROP TABLESPACE \"{space}\""));
    assert!(run.code == 0 && run.stderr.contains("unmanaged, never altered: 2 uses of a tablespace\n"), "{run}");
}
