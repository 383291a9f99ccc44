//! Drift between people: two branches that made one number, a migration edited after it ran, one applied that is in no
//! branch. `status`, `check` and `migrate` each find it, and each says the remedy, which then helps.

use crate::command::Bench;

/// Runs the three; each finds it, says each of these, and changes nothing.
fn found_by_all(bench: &Bench, parts: &[&str]) {
    let before = bench.fingerprint();
    for (code, command) in [(2, "status"), (2, "check"), (1, "migrate")] {
        let run = bench.run(code, &[command]);
        // Long lines may be broken by whoever prints them; the words are the same.
        let said = format!("{} {}", run.stdout, run.stderr);
        for part in parts {
            assert!(said.contains(part), "`{command}` does not say `{part}`: {run}");
        }
    }
    assert_eq!(bench.fingerprint(), before);
}

fn write(bench: &Bench, name: &str, sql: &str) {
    bench.project.write(&format!("migrations/{name}"), sql);
}

fn remove(bench: &Bench, name: &str) {
    std::fs::remove_file(bench.project.path().join("migrations").join(name)).unwrap();
}

/// A database with two migrations of ours; the declaration says what they make.
fn applied() -> Bench {
    let bench = Bench::new();
    bench.declare("[table.a]\ncolumn.x = 'integer'\n[table.b]\ncolumn.x = 'integer'\n");
    write(&bench, "V0001__a.sql", "CREATE TABLE a (x integer);\n");
    write(&bench, "V0002__b.sql", "CREATE TABLE b (x integer);\n");
    bench.run(0, &["migrate"]);
    bench.run(0, &["check"]);
    bench
}

/// Both branches were merged: two files have one number, and one of them is applied.
#[test]
fn two_files_with_one_number() {
    let bench = applied();
    write(&bench, "V0002__theirs.sql", "CREATE TABLE c (x integer);\n");
    write(&bench, "V0002__theirs.down.sql", "DROP TABLE c;\n");
    found_by_all(
        &bench,
        &[
            "V0002: `V0002__b.sql` and `V0002__theirs.sql` have one number; `dbtool migrations renumber` gives the one that \
           is not applied the next",
        ],
    );
    // The rest is told all the same, and nothing is told that is not so.
    let run = bench.run(2, &["status"]);
    assert!(
        run.stdout.contains("applied  V0002__b") && run.stderr.contains("2 applied, 0 pending, 1 problem\n"),
        "{run}"
    );
    bench.run(0, &["migrations", "renumber"]);
    bench.run(0, &["migrate"]);
    bench
        .declare("[table.a]\ncolumn.x = 'integer'\n[table.b]\ncolumn.x = 'integer'\n[table.c]\ncolumn.x = 'integer'\n");
    bench.run(0, &["check"]);
    bench.run(0, &["rollback"]);
}

/// The other branch was applied, and is not merged: its number belongs to a file of ours here.
#[test]
fn a_number_that_another_branch_has_taken() {
    let bench = applied();
    remove(&bench, "V0002__b.sql");
    write(&bench, "V0002__mine.sql", "CREATE TABLE c (x integer);\n");
    found_by_all(
        &bench,
        &[
            "`V0002__mine.sql` has the number of `V0002__b`, which was applied on 2",
            "and made in another branch; bring `V0002__b.sql` here from there, then `dbtool migrations renumber` gives this",
        ],
    );
    let json: serde_json::Value = serde_json::from_str(&bench.run(2, &["status", "--format", "json"]).stdout).unwrap();
    assert_eq!(json["taken"][0]["applied"]["name"], "b", "{json}");
    write(&bench, "V0002__b.sql", "CREATE TABLE b (x integer);\n");
    assert_eq!(bench.run(0, &["migrations", "renumber"]).stdout, "V0002__mine.sql -> V0003__mine.sql\n");
    bench.run(0, &["migrate"]);
    bench.run(0, &["status"]);
}

#[test]
fn a_migration_that_was_edited_after_it_ran() {
    let bench = applied();
    write(&bench, "V0002__b.sql", "CREATE TABLE b (x bigint);\n");
    found_by_all(
        &bench,
        &["`V0002__b.sql` was changed after it was applied on 2", "bring its text back and make a new migration"],
    );
    write(&bench, "V0002__b.sql", "CREATE TABLE b (x integer);\n");
    bench.run(0, &["check"]);
}

#[test]
fn a_migration_that_is_in_no_branch() {
    let bench = applied();
    remove(&bench, "V0002__b.sql");
    found_by_all(
        &bench,
        &[
            "`V0002__b.sql` is gone but was applied on 2",
            "bring it back from version control",
            "if it is lost, undo what it did and `DELETE FROM public.refinery_schema_history WHERE version = 2`",
        ],
    );
    bench.database.execute("DROP TABLE b; DELETE FROM public.refinery_schema_history WHERE version = 2");
    bench.declare("[table.a]\ncolumn.x = 'integer'\n");
    bench.run(0, &["check"]);
}

/// One that is gone in the middle leaves a gap: it is the same mistake, and said once for the folder and once for the
/// history.
#[test]
fn a_gap_in_the_numbers() {
    let bench = applied();
    write(&bench, "V0004__d.sql", "CREATE TABLE d (x integer);\n");
    found_by_all(
        &bench,
        &["V0003 is missing: the numbers run from 0001 without a gap; bring it from version control, or \
        let `dbtool migrations renumber` close the gap"],
    );
    assert_eq!(bench.run(0, &["migrations", "renumber"]).stdout, "V0004__d.sql -> V0003__d.sql\n");
    bench.run(0, &["migrate"]);
    remove(&bench, "V0002__b.sql");
    let run = bench.run(2, &["status"]);
    assert!(
        run.stdout.contains("V0002 is missing") && run.stdout.contains("`V0002__b.sql` is gone but was applied"),
        "{run}"
    );
}
