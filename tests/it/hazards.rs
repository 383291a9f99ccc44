//! Hazards: each has the examples that it claims, what the rows are asked is what they answer, the locks are PostgreSQL's.

use std::collections::BTreeSet;
use std::path::Path;

use dbtool::compare::{Comparison, How, compare_with, weigh};
use dbtool::database::Database;
use dbtool::error::report;
use dbtool::hazard::{ALL, Example, Hazard, Head, documented};
use dbtool::inspect::{Scope, inspect};
use dbtool::render;

use super::converge::{converge, declare, files, open, run};
use crate::support;

/// The plan from one declaration to another in a database, with what its hazards come to there.
async fn planned(database: &Database, to: &str, offline: bool) -> Comparison {
    let inspected = inspect(database, &Scope::default()).await.unwrap();
    let compared = compare_with(database, inspected, &declare(to), &How { online: !offline, ..How::default() }).await;
    let mut comparison = compared.unwrap_or_else(|error| panic!("{}\n{to}", report(&error)));
    weigh(database, &mut comparison).await.unwrap();
    comparison
}

/// Makes what an example begins with, and plans its change.
pub(super) async fn walked(database: &Database, from: &str, beside: &str, to: &str, offline: bool) -> Comparison {
    converge(database, from).await;
    database.batch_execute(beside).await.unwrap();
    planned(database, to, offline).await
}

pub(super) fn hazards(comparison: &Comparison) -> impl Iterator<Item = &Hazard> {
    comparison.plan.steps().flat_map(|step| &step.hazards)
}

/// The names of a plan's hazards, and of those that its ways back tell of.
fn names(comparison: &Comparison) -> BTreeSet<&'static str> {
    let lost = files(comparison).iter().any(|part| !Head::read(&render::down_script("x", part)).lost.is_empty());
    hazards(comparison).map(|hazard| hazard.rule.name).chain(lost.then_some("cannot_undo")).collect()
}

fn examples_on(major: u32) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        for rule in ALL {
            for (example, wish) in [(&rule.bad, true), (&rule.good, false)] {
                let Example { what, from, beside, to, offline } = example;
                let database = support::server(major).database("hazard");
                let client = open(&database).await;
                let comparison = walked(&client, from, beside, to, *offline).await;
                assert!(!comparison.is_same() && !comparison.plan.is_empty(), "`{what}` changes nothing");
                let found = names(&comparison);
                assert_eq!(found.contains(rule.name), wish, "{}: `{what}` has {found:?}", rule.name);
            }
        }
    });
}

#[test]
fn every_hazard_has_a_bad_and_a_good_example_16() {
    examples_on(16);
}

#[test]
fn every_hazard_has_a_bad_and_a_good_example_18() {
    examples_on(18);
}

/// `BLESS=1 cargo test hazards` writes the list anew.
#[test]
fn the_list_in_the_readme_is_made_from_the_same_data() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let begin = text.find("| hazard |").expect("the README lists hazards");
    let end = begin + text[begin..].find("\n\n").unwrap() + 1;
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, format!("{}{}{}", &text[..begin], documented(), &text[end..])).unwrap();
    } else {
        assert_eq!(&text[begin..end], documented(), "BLESS=1 cargo test hazards writes it anew");
    }
}

const PARENTS: &str = "[table.parents]\nprimary_key = ['id']\ncolumn.id = 'integer'\n\
    [table.t]\nprimary_key = ['id']\ncolumn.id = 'integer'\ncolumn.a = 'text'\ncolumn.b = 'integer'\n";

/// A change of [`PARENTS`], rows, and what the plan says of them; nothing where they fit.
const ASKED: &[(&str, &str, &str, &str)] = &[
    (
        "column.a = 'text'\n",
        "column.a = { type = 'text', not_null = true }\n",
        "(1, 'x', 1), (7, NULL, 2), (8, NULL, 2)",
        "2 rows of `t` have no `a`, for example id = 7",
    ),
    ("column.a = 'text'\n", "column.a = { type = 'text', not_null = true }\n", "(1, 'x', 1)", ""),
    (
        "column.a = 'text'\n",
        "column.a = { type = 'text', unique = true }\n",
        "(1, 'x', 1), (2, 'x', 2), (3, NULL, 1), (4, NULL, 1)",
        "1 value of (a) stands in more than one row of `t`, for example a = x",
    ),
    (
        "column.a = 'text'\n",
        "column.a = { type = 'text', unique = true }\n",
        "(1, 'x', 1), (2, NULL, 2), (3, NULL, 3)",
        "",
    ),
    (
        "column.b = 'integer'\n",
        "column.b = 'integer'\nunique.u = { columns = ['a', 'b'], nulls_not_distinct = true }\n",
        "(1, NULL, 5), (2, NULL, 5)",
        "1 value of (a, b) stands in more than one row of `t`, for example a = NULL, b = 5",
    ),
    (
        "column.b = 'integer'\n",
        "column.b = 'integer'\nindex.i = { on = [{ expression = 'lower(a)' }], unique = true, where = 'b > 0' }\n",
        "(1, 'X', 1), (2, 'x', 1), (3, 'y', 1), (4, 'y', -1)",
        "1 value of (lower(a)) stands in more than one row of `t`, for example lower(a) = x",
    ),
    (
        "column.b = 'integer'\n",
        "column.b = { type = 'integer', references = 'parents(id)' }\n",
        "(1, 'x', 1), (2, 'x', 42), (3, 'x', NULL)",
        "1 row of `t` refers to no row of `parents`, for example id = 2, b = 42",
    ),
    (
        "column.b = 'integer'\n",
        "column.b = { type = 'integer', references = 'parents(id)' }\n",
        "(1, 'x', 1), (3, 'x', NULL)",
        "",
    ),
    (
        "column.b = 'integer'\n",
        "column.b = 'integer'\ncheck.c = { expression = 'b > 3 -- large' }\n",
        "(5, 'x', 1), (6, 'x', 4), (7, 'x', NULL)",
        "1 row of `t` does not satisfy `c`, for example id = 5",
    ),
    (
        "column.a = 'text'\n",
        "column.a = 'integer'\n",
        "(1, '12', 1), (2, 'x2', 1)",
        "1 row of `t` has a `a` that does not fit integer, for example id = 2",
    ),
    ("column.a = 'text'\n", "column.a = 'integer'\n", "(1, '12', 1), (2, NULL, 1)", ""),
    (
        "column.b = 'integer'\n",
        "column.b = 'smallint'\n",
        "(1, 'x', 100000)",
        "1 row of `t` has a `b` that does not fit smallint, for example id = 1",
    ),
    (
        "column.b = 'integer'\n",
        "column.b = 'integer'\ncolumn.c = { type = 'text', not_null = true }\n",
        "(1, 'x', 1), (2, 'x', 1)",
        "2 rows of `t` would need a value",
    ),
    (
        "column.b = 'integer'\n",
        "column.b = 'integer'\ncolumn.c = { type = 'integer', identity = { generated = 'always', max = 20, min = 19 } }\n",
        "(1, 'x', 1), (2, 'x', 1), (3, 'x', 1)",
        "1 row of `t` is beyond the 2 numbers",
    ),
    (
        "column.b = 'integer'\n",
        "column.b = 'integer'\ncolumn.c = { type = 'integer', identity = { generated = 'always', max = 20, min = 19 } }\n",
        "(1, 'x', 1), (2, 'x', 1)",
        "",
    ),
    (
        "column.b = 'integer'\n",
        "column.b = 'integer'\ncolumn.c = { type = 'bigint', identity = { generated = 'always', type = 'smallint', increment = -20000 } }\n",
        "(1, 'x', 1), (2, 'x', 1), (3, 'x', 1)",
        "1 row of `t` is beyond the 2 numbers",
    ),
    // Under other names than today's.
    (
        "column.a = 'text'\n",
        "column.z = { type = 'text', not_null = true, renamed_from = 'a' }\n",
        "(1, NULL, 1)",
        "1 row of `t` has no `z`, for example id = 1",
    ),
    (
        "[table.t]\nprimary_key = ['id']\ncolumn.id = 'integer'\ncolumn.a = 'text'\n",
        "[table.u]\nrenamed_from = 't'\nprimary_key = ['id']\ncolumn.id = 'integer'\ncolumn.z = { type = 'text', renamed_from = 'a' }\ncheck.c = \"u.z <> 'x'\"\n",
        "(1, 'x', 1)",
        "1 row of `u` does not satisfy `c`, for example id = 1",
    ),
];

fn asked_on(major: u32) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        for (from, to, rows, wish) in ASKED {
            // A text can be held against a type since 16.
            let database = support::server(major).database("asked");
            let client = open(&database).await;
            let rows = format!("INSERT INTO parents VALUES (1); INSERT INTO t VALUES {rows}");
            let comparison = walked(&client, PARENTS, &rows, &PARENTS.replace(from, to), true).await;
            let may_fail: Vec<String> =
                hazards(&comparison).filter(|it| it.rule.name == "may_fail").map(Hazard::told).collect();
            let wish: Vec<String> = if wish.is_empty() { Vec::new() } else { vec![(*wish).to_owned()] };
            assert_eq!(may_fail, wish, "PostgreSQL {major}: {to}");
            let absent: Vec<&str> =
                comparison.plan.steps().flat_map(|step| &step.absent).map(|it| it.because.as_str()).collect();
            assert_eq!(absent.iter().any(|why| why.ends_with("asked, there are none")), wish.is_empty(), "{absent:?}");
            // What is said is what happens.
            let parts = files(&comparison);
            let script: Vec<&str> = parts.iter().flat_map(|part| &part.steps).map(|step| step.sql.as_str()).collect();
            let ran = client.batch_execute(&script.join(";\n")).await;
            assert_eq!(ran.is_ok(), wish.is_empty(), "PostgreSQL {major}: {to}: {ran:?}");
        }
    });
}

#[test]
fn rows_are_asked_16() {
    asked_on(16);
}

#[test]
fn rows_are_asked_18() {
    asked_on(18);
}

/// A type, another one, a value that it holds and loses nothing of, and one that loses something.
const CUT: &[(&str, &str, &str, &str)] = &[
    ("text", "numeric(6,2)", "1.50", "1.555"),
    ("text", "real", "0.1", "3.14159265358979"),
    ("text", "double precision", "0.1", "3.141592653589793238"),
    ("text", "date", "2024-02-01", "2024-02-01 10:00:00"),
    ("text", "timestamp", "2024-02-01 10:00:00", "2024-02-01 10:00:00+07:07"),
    ("text", "timestamptz(0)", "2024-02-01 10:00:00", "2024-02-01 10:00:00.5+02"),
    ("text", "interval day", "3 days", "3 days 4 hours"),
    ("text", "name", "short", "a text that is longer than the sixty-three bytes of a name of PostgreSQL"),
    ("text", "\"char\"", "a", "ab"),
    ("numeric", "numeric(6,2)", "1.5", "1.555"),
    ("numeric", "integer", "1.00", "1.5"),
    ("double precision", "bigint", "12", "1.25"),
    ("bigint", "real", "12", "123456789"),
    ("timestamp", "date", "2024-02-01 00:00:00", "2024-02-01 10:00:00"),
    ("timestamptz", "timestamptz(0)", "2024-02-01 10:00:00", "2024-02-01 10:00:00.5"),
    ("interval", "interval(0)", "3 seconds", "3.5 seconds"),
];

fn cut_on(major: u32) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        for (from, to, whole, cut) in CUT {
            let declared =
                |of: &str| format!("[table.t]\nprimary_key = ['id']\ncolumn.id = 'integer'\ncolumn.a = '{of}'\n");
            for (value, wish) in [(whole, false), (cut, true)] {
                let database = support::server(major).database("cut");
                let client = open(&database).await;
                let rows = format!("INSERT INTO t VALUES (1, '{value}'), (2, NULL)");
                let comparison = walked(&client, &declared(from), &rows, &declared(to), true).await;
                let told = hazards(&comparison).filter(|it| it.rule.name == "deletes_data").map(Hazard::told);
                let told: Vec<String> = told.collect();
                let said = "1 row of `t` holds a `a` that is cut or rounded, for example id = 1";
                let expected = if wish { vec![said.to_owned()] } else { Vec::new() };
                assert_eq!(told, expected, "PostgreSQL {major}: `{value}` of {from} becomes {to}");
                let parts = files(&comparison);
                for part in &parts {
                    run(&client, part.transactional, &part.steps).await;
                }
            }
        }
    });
}

#[test]
fn what_a_cast_cuts_is_looked_for_16() {
    cut_on(16);
}

#[test]
fn what_a_cast_cuts_is_looked_for_18() {
    cut_on(18);
}

#[test]
fn an_enum_s_value_that_goes_is_looked_for() {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let from = "[enum.mood]\nvalues = ['good', 'bad']\n[table.t]\ncolumn.a = 'mood'\n";
        let database = support::server(18).database("asked");
        let client = open(&database).await;
        let to = from.replace(", 'bad'", "");
        let comparison = walked(&client, from, "INSERT INTO t VALUES ('good'), ('bad')", &to, false).await;
        let told: Vec<String> = hazards(&comparison).map(Hazard::told).collect();
        assert!(
            told.iter().any(|it| it == "1 row of `t` holds a value in `a` that goes, for example a = bad"),
            "{told:?}"
        );
        client.batch_execute("DELETE FROM t WHERE a = 'bad'").await.unwrap();
        let comparison = planned(&client, &to, false).await;
        assert!(hazards(&comparison).all(|it| it.rule.name != "may_fail"));
    });
}

#[test]
fn what_cannot_be_asked_is_said_and_stays() {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let database = support::server(18).database("asked");
        let client = open(&database).await;
        converge(&client, PARENTS).await;
        client.batch_execute("INSERT INTO parents VALUES (1); INSERT INTO t VALUES (1, 'x', 1)").await.unwrap();
        let said = |comparison: &Comparison| {
            let may_fail = hazards(comparison).filter(|it| it.rule.name == "may_fail");
            may_fail.map(Hazard::told).collect::<Vec<_>>().join("; ")
        };
        // What the plan brings along or changes itself.
        for (from, to, why) in [
            ("column.b = 'integer'\n", "column.b = 'integer'\ncolumn.c = { type = 'integer', default = 1, unique = true }\n", "not asked: `c` comes with this plan"),
            ("column.b = 'integer'\n", "column.b = { type = 'bigint', unique = true }\n", "not asked: column t.b changes in this plan"),
            ("column.b = 'integer'\n", "column.b = { type = 'integer', references = 'more(id)' }\n[table.more]\nprimary_key = ['id']\ncolumn.id = 'integer'\n", "not asked: `more` comes with this plan"),
        ] {
            let comparison = planned(&client, &PARENTS.replace(from, to), true).await;
            assert!(said(&comparison).contains(why), "{to}: {}", said(&comparison));
        }
        // Rows that somebody may not see.
        let wish = PARENTS.replace("column.a = 'text'\n", "column.a = { type = 'text', not_null = true }\n");
        let reader = database.role("reader", "LOGIN");
        client.batch_execute(&format!("GRANT USAGE ON SCHEMA public TO \"{reader}\"; GRANT TEMP ON DATABASE \"{}\" TO \"{reader}\"", database.name)).await.unwrap();
        let other = super::converge::open_url(&database.url_as(&reader)).await;
        let comparison = planned(&other, &wish, false).await;
        assert!(said(&comparison).contains("(not asked: this role may not read `t`)"), "{}", said(&comparison));
        // Row security would hide them: no answer is better than half of one.
        let owner = database.role("owner", "LOGIN");
        client.batch_execute(&format!("GRANT CREATE ON SCHEMA public TO \"{owner}\"; ALTER TABLE t OWNER TO \"{owner}\"; ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")).await.unwrap();
        let bound = super::converge::open_url(&database.url_as(&owner)).await;
        let closed = wish.replace("[table.t]\n", "[table.t]\nrow_security = 'force'\n");
        let comparison = planned(&bound, &closed, false).await;
        assert!(said(&comparison).contains("(not asked: row security binds this role in `t`)"), "{}", said(&comparison));
        // Nor is anything taken for empty.
        assert!(comparison.plan.steps().all(|step| step.absent.is_empty()));
        // Somebody holds on to the table.
        let lock = database.connect().await;
        lock.batch_execute("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE").await.unwrap();
        let checked = closed.replace("column.b = 'integer'\n", "column.b = 'integer'\ncheck.c = 'b > 0'\n");
        let comparison = planned(&client, &checked, false).await;
        assert!(said(&comparison).contains("not asked: canceling statement due to lock timeout"), "{}", said(&comparison));
        // Afterwards the session is as it was.
        let left = client.query_one("SELECT current_setting('row_security') || current_setting('transaction_read_only')", &[]).await.unwrap();
        assert_eq!(left.get::<_, String>(0), "onoff");
    });
}

#[test]
fn sizes_and_times_come_from_the_catalog() {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let database = support::server(18).database("sizes");
        let client = open(&database).await;
        let rows = "INSERT INTO t SELECT n, 'x' || n, n FROM generate_series(1, 20000) AS n; ANALYZE t";
        let to = PARENTS.replace("column.b = 'integer'\n", "column.b = 'integer'\nindex.i = { on = ['b'] }\n");
        let comparison = walked(&client, PARENTS, rows, &to, false).await;
        let builds = hazards(&comparison).find(|it| it.rule.name == "builds_index").unwrap();
        let found = builds.found.as_ref().unwrap();
        assert_eq!(found.table_rows, Some(20_000));
        assert!(found.table_bytes.unwrap() > 500_000 && found.seconds == Some(0), "{found:?}");
        assert!(builds.told().starts_with("`i` on `t` (about 20,000 rows, ") && builds.told().ends_with(": less than a second)"), "{}", builds.told());
        let json: serde_json::Value = serde_json::from_str(&render::json(&comparison).unwrap()).unwrap();
        let hazard = &json["statements"][0]["hazards"][0];
        assert_eq!((hazard["hazard"].as_str(), hazard["table_rows"].as_u64()), (Some("builds_index"), Some(20_000)), "{json}");
        // A partitioned table is as large as its partitions, and as empty.
        let parts = "[table.p]\npartition_by = 'range (a)'\ncolumn.a = 'integer'\n[table.p1]\npartition_of = 'p'\nvalues = 'from (0) to (10)'\n";
        let database = support::server(18).database("sizes");
        let client = open(&database).await;
        let indexed = parts.replace("column.a = 'integer'\n", "column.a = 'integer'\ncolumn.b = { type = 'integer', not_null = true }\n");
        let comparison = walked(&client, parts, "", &indexed, true).await;
        assert!(hazards(&comparison).all(|it| it.rule.name == "breaks_code"));
        client.batch_execute("INSERT INTO p VALUES (1)").await.unwrap();
        let comparison = planned(&client, &indexed, true).await;
        let told: Vec<String> = hazards(&comparison).map(Hazard::told).collect();
        assert!(told.contains(&"1 row of `p` would need a value".to_owned()), "{told:?}");
    });
}

/// Changes of a table of their own, in the short form: each takes the lock that its hazards tell of.
const LOCKED: &[&str] = &[
    "column.a = { type = 'text', not_null = true }\ncolumn.b = 'integer'\n",
    "column.a = { type = 'text', unique = true }\ncolumn.b = 'integer'\n",
    "column.a = 'text'\ncolumn.b = { type = 'integer', references = 'parents(id)' }\n",
    "column.a = 'text'\ncolumn.b = 'integer'\ncheck.c = 'b > 0'\n",
    "column.a = 'text'\ncolumn.b = 'integer'\nindex.i = { on = ['b'] }\n",
    "column.a = 'text'\ncolumn.b = 'bigint'\n",
    "column.a = 'text'\ncolumn.b = 'integer'\ncolumn.c = { type = 'uuid', default = 'gen_random_uuid()' }\n",
    "column.a = 'text'\ncolumn.b = 'integer'\nexclude.e = { using = 'btree', on = [{ column = 'b', with = '=' }] }\n",
];

fn locks_on(major: u32) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        for change in LOCKED {
            let database = support::server(major).database("locks");
            let client = open(&database).await;
            let to = PARENTS.replace("column.a = 'text'\ncolumn.b = 'integer'\n", change);
            let rows = "INSERT INTO parents VALUES (1); INSERT INTO t VALUES (1, 'x', 1)";
            let comparison = walked(&client, PARENTS, rows, &to, true).await;
            let names = names(&comparison);
            client.batch_execute("BEGIN").await.unwrap();
            for step in comparison.plan.steps() {
                client.batch_execute(&step.sql).await.unwrap();
            }
            let sql = "SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = 't'::regclass AND granted";
            let modes = client.query(sql, &[]).await.unwrap();
            let modes: Vec<String> = modes.iter().map(|row| row.get(0)).collect();
            client.batch_execute("ROLLBACK").await.unwrap();
            let closed = modes.iter().any(|mode| mode == "AccessExclusiveLock");
            let shared = modes.iter().any(|mode| mode == "ShareLock" || mode == "ShareRowExclusiveLock");
            assert!(names.contains("blocks_writes"), "{change}: {names:?}");
            assert_eq!(names.contains("blocks_reads"), closed, "PostgreSQL {major}: {change}: {modes:?} {names:?}");
            assert!(closed || shared, "{change}: {modes:?}");
        }
    });
}

#[test]
fn who_waits_is_who_waits_at_the_server_16() {
    locks_on(16);
}

#[test]
fn who_waits_is_who_waits_at_the_server_18() {
    locks_on(18);
}

/// In the online form none of these keeps anybody waiting.
#[test]
fn online_nobody_waits() {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        for change in &LOCKED[..5] {
            let database = support::server(18).database("locks");
            let client = open(&database).await;
            let to = PARENTS.replace("column.a = 'text'\ncolumn.b = 'integer'\n", change);
            let rows = "INSERT INTO parents VALUES (1); INSERT INTO t VALUES (1, 'x', 1)";
            let comparison = walked(&client, PARENTS, rows, &to, false).await;
            let names = names(&comparison);
            assert!(!names.contains("blocks_writes") && !names.contains("blocks_reads"), "{change}: {names:?}");
            for part in files(&comparison) {
                run(&client, part.transactional, &part.steps).await;
            }
        }
    });
}
