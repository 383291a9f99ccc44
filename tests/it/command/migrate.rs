//! `migrate` and `status`.

use serde_json::Value;

use super::{Bench, holds, one_error};

fn two() -> Bench {
    let bench = Bench::new();
    bench.project.write("migrations/V0001__a.sql", "CREATE TABLE a (x int);\n");
    bench.project.write("migrations/V0002__b.sql", "CREATE TABLE b (x int);\n");
    bench
}

#[test]
fn a_dry_run_prints_and_changes_nothing() {
    let bench = two();
    let before = bench.fingerprint();
    let run = bench.run(0, &["migrate", "--dry-run"]);
    let shown = |file: &str, sql: &str| {
        format!("-- {file}\n-- {file}: cannot_undo: there is no down file, and so no way back\n{sql}\n")
    };
    let a = shown("V0001__a.sql", "CREATE TABLE a (x int);");
    let b = shown("V0002__b.sql", "CREATE TABLE b (x int);");
    assert_eq!((run.stdout, run.stderr.as_str()), (format!("{a}{b}"), "2 migrations would be applied\n"));
    assert_eq!(bench.run(0, &["migrate", "--dry-run", "--to", "1"]).stdout, a);
    one_error(
        &bench.run(1, &["migrate", "--dry-run", "--to", "9"]),
        &["there is no migration V0009", "`V0002__b.sql`"],
    );
    assert_eq!(bench.fingerprint(), before);
}

#[test]
fn a_target_stops_the_run() {
    let bench = two();
    bench.run(0, &["migrate", "--to", "1"]);
    let run = bench.run(2, &["status"]);
    assert!(run.stdout.starts_with("applied  V0001__a ") && run.stdout.contains("\npending  V0002__b\n"), "{run}");
    assert_eq!(run.stderr, "1 applied, 1 pending, 0 problems\n");
    assert_eq!(bench.run(0, &["migrate", "--dry-run"]).stderr, "1 migration would be applied\n");
    bench.run(0, &["migrate"]);
    assert_eq!(bench.run(0, &["migrate"]).stderr, "nothing to apply\n");
    let run = bench.run(0, &["migrate", "--dry-run"]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", "nothing to apply\n"));
    one_error(&bench.run(1, &["migrate", "--to", "1"]), &["rollback --to 1"]);
}

#[test]
fn the_status_tells_programs_the_same() {
    let bench = two();
    bench.run(0, &["migrate", "--to", "1"]);
    let json =
        |code| -> Value { serde_json::from_str(&bench.run(code, &["status", "--format", "json"]).stdout).unwrap() };
    let status = json(2);
    assert_eq!((&status["clean"], &status["applied"][0]["name"]), (&false.into(), &"a".into()));
    assert_eq!((&status["pending"][0]["file"], &status["pending"][0]["version"]), (&"V0002__b.sql".into(), &2.into()));
    for key in ["changed", "renamed", "missing", "out_of_order", "unfinished", "problems"] {
        assert!(status[key].as_array().is_some_and(Vec::is_empty), "{status}");
    }
    bench.run(0, &["migrate"]);
    assert_eq!(json(0)["clean"], true);
    bench.project.write("migrations/V0001__a.sql", "CREATE TABLE a (y int);\n");
    let status = json(2);
    assert_eq!(status["changed"][0]["file"], "V0001__a.sql");
    let run = bench.run(2, &["status"]);
    holds(&run, &["problem  `V0001__a.sql` was changed after it was applied", "2 applied, 0 pending, 1 problem\n"]);
    one_error(&bench.run(1, &["migrate"]), &["do not fit together", "`V0001__a.sql` was changed"]);
}

#[test]
fn a_failing_file_is_shown_and_leaves_nothing() {
    let bench = two();
    bench.project.write("migrations/V0002__b.sql", "CREATE TABLE b (x int);\nSELECT nope FROM b;\n");
    let run = bench.run(1, &["migrate"]);
    one_error(&run, &["error: migrations/V0002__b.sql:2:8: column \"nope\" does not exist", "2 | SELECT nope FROM b;"]);
    holds(&run, &["nothing of it stays", "applied before it, and kept: V0001__a.sql"]);
    assert_eq!(bench.database.query_text("SELECT to_regclass('b')"), [["NULL"]]);
}

#[test]
fn without_a_transaction_an_empty_table_is_no_excuse() {
    let bench = two();
    bench.project.write("migrations/V0002__b.sql", "-- dbtool: no-transaction\nTRUNCATE a;\n");
    bench.run(0, &["migrate", "--to", "1"]);
    let run = bench.run(3, &["migrate"]);
    one_error(&run, &["deletes_data in `a`", "without a transaction rows may come before the statement runs"]);
    bench.project.write("migrations/V0002__b.sql", "TRUNCATE a;\n");
    bench.run(0, &["migrate"]);
}
