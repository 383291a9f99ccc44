//! Ways back, files that were cut off, runs that are blocked or interrupted: on real servers, by the binary.

use std::time::Duration;

use tokio_postgres::Client;

use crate::command::{Bench, one_error};
use crate::support::{self, Run};

mod beside;

const T: &str = "CREATE TABLE t (x int);\n";
const DROP_T: &str = "-- the way back from: t\n-- hazards: deletes_data\n\nDROP TABLE t;\n";

fn files(bench: &Bench, all: &[(&str, &str)]) {
    all.iter().for_each(|(name, text)| drop(bench.project.write(&format!("migrations/{name}"), text)));
}

fn history(bench: &Bench) -> String {
    bench.value("select coalesce(string_agg(version::text, ' ' order by version), '') from refinery_schema_history")
}

fn is_there(bench: &Bench, name: &str) -> bool {
    bench.value(&format!("select to_regclass('{name}') is not null")) == "t"
}

#[test]
fn it_goes_back_by_one_and_to_a_version() {
    let bench = Bench::new();
    files(&bench, &[("V0001__t.sql", T), ("V0001__t.down.sql", "DROP TABLE t;\n")]);
    files(&bench, &[("V0002__a.sql", "ALTER TABLE t ADD a int;\n"), ("V0002__a.down.sql", "ALTER TABLE t DROP a;\n")]);
    files(&bench, &[("V0003__i.sql", "-- dbtool: no-transaction\nCREATE INDEX CONCURRENTLY i ON t (x);\n")]);
    files(&bench, &[("V0003__i.down.sql", "-- dbtool: no-transaction\nDROP INDEX CONCURRENTLY i;\n")]);
    bench.run(0, &["migrate"]);
    let run = bench.run(0, &["rollback"]);
    assert!(run.stderr.contains("rolled back V0003__i.down.sql in "), "{run}");
    assert_eq!((history(&bench), is_there(&bench, "i")), ("1 2".into(), false));
    bench.run(0, &["migrate"]);
    bench.run(0, &["rollback", "--to", "1"]);
    assert_eq!(history(&bench), "1");
    bench.run(0, &["rollback", "--to", "0"]);
    assert_eq!((history(&bench), is_there(&bench, "t")), (String::new(), false));
    assert!(bench.run(0, &["rollback"]).stderr.contains("nothing to roll back"));
    bench.run(0, &["migrate"]);
    assert!(is_there(&bench, "i") && !is_there(&bench, "dbtool_unfinished"));
    one_error(&bench.run(1, &["rollback", "--to", "9"]), &["V0009 is not applied", "the database is at V0003"]);
}

#[test]
fn a_way_back_that_fails_stays_where_it_was() {
    let bench = Bench::new();
    files(&bench, &[("V0001__t.sql", T), ("V0001__t.down.sql", "DROP TABLE t;\n")]);
    files(&bench, &[("V0002__u.sql", "CREATE TABLE u ();\n")]);
    files(&bench, &[("V0002__u.down.sql", "DROP TABLE u;\nDROP VIEW nope;\n")]);
    bench.run(0, &["migrate"]);
    let expected = ["V0002__u.down.sql:2:1: view \"nope\" does not exist", "nothing of it stays", "run rollback again"];
    one_error(&bench.run(1, &["rollback", "--to", "0"]), &expected);
    assert_eq!((history(&bench), is_there(&bench, "u")), ("1 2".into(), true));
}

#[test]
fn what_would_be_lost_has_to_be_allowed() {
    let bench = Bench::new();
    let up = "ALTER TABLE t DROP COLUMN x;\n";
    let down =
        "-- the way back from: x\n-- hazards: none\n-- does not bring back column `x`\n\nALTER TABLE t ADD x int;\n";
    files(
        &bench,
        &[("V0001__t.sql", T), ("V0001__t.down.sql", DROP_T), ("V0002__x.sql", up), ("V0002__x.down.sql", down)],
    );
    bench.run(0, &["migrate"]);
    let refused = bench.run(3, &["rollback", "--to", "0"]);
    one_error(&refused, &["column `x` does not come back", "deletes_data", "--allow cannot_undo,deletes_data"]);
    one_error(&bench.run(3, &["rollback", "--to", "0", "--allow", "cannot_undo"]), &["--allow deletes_data"]);
    assert_eq!(history(&bench), "1 2");
    one_error(&bench.run(1, &["rollback", "--allow", "deletesdata"]), &["there is no hazard `deletesdata`"]);
    bench.run(0, &["rollback", "--to", "0", "--allow", "all"]);
    assert_eq!(history(&bench), "");
}

#[test]
fn without_a_way_back_nothing_is_touched() {
    let bench = Bench::new();
    files(&bench, &[("V0001__t.sql", T), ("V0002__u.sql", "CREATE TABLE u ();\n")]);
    files(&bench, &[("V0002__u.down.sql", "DROP TABLE u;\n")]);
    bench.run(0, &["migrate"]);
    one_error(
        &bench.run(1, &["rollback", "--to", "0"]),
        &["`V0001__t.sql` has no way back", "nothing was rolled back"],
    );
    assert_eq!(history(&bench), "1 2");
    files(&bench, &[("V0002__u.sql", "CREATE TABLE u (changed int);\n")]);
    one_error(&bench.run(1, &["rollback"]), &["is not what was applied"]);
}

#[test]
fn a_file_without_a_transaction_goes_on_where_it_was_cut_off() {
    let bench = Bench::new();
    files(&bench, &[("V0001__t.sql", "CREATE TABLE t (x int);\nINSERT INTO t VALUES (1), (1);\n")]);
    let begin = "-- dbtool: no-transaction\n-- hazards: deletes_data\nSET work_mem = '5MB';\nCREATE INDEX CONCURRENTLY a ON t (x);\nINSERT INTO t VALUES (2);\n";
    files(&bench, &[("V0002__c.sql", &format!("{begin}CREATE UNIQUE INDEX CONCURRENTLY b ON t (x);\n"))]);
    let run = bench.run(1, &["migrate"]);
    one_error(&run, &["V0002__c.sql:6:1: could not create unique index", "statements 1 to 3 had completed and stay"]);
    let status = bench.run(2, &["status"]);
    assert!(status.stdout.contains("left the index `public.b` unfinished"), "{status}");
    one_error(
        &bench.run(1, &["rollback"]),
        &["V0002 runs without a transaction and is half done", "`dbtool migrate` finishes it"],
    );
    // What is done must stay as it is; what is to come may be put right.
    files(&bench, &[("V0002__c.sql", "-- dbtool: no-transaction\nCREATE INDEX CONCURRENTLY other ON t (x);\n")]);
    one_error(&bench.run(1, &["migrate"]), &["was changed after it had begun: its first 3 statements ran"]);
    let end = "CREATE TABLE u AS SELECT current_setting('work_mem') AS w;\nDELETE FROM t;\nCREATE UNIQUE INDEX CONCURRENTLY b ON t (x);\n";
    files(&bench, &[("V0002__c.sql", &format!("{begin}{end}"))]);
    let run = bench.run(0, &["migrate"]);
    assert!(run.stderr.contains("V0002__c.sql was cut off: going on at statement 4 of 6"), "{run}");
    // The setting was made again, and the row was not written twice.
    assert_eq!((bench.value("select w from u"), bench.value("select count(*) from t")), ("5MB".into(), "0".into()));
    assert!(!is_there(&bench, "dbtool_unfinished"));
    bench.run(0, &["status"]);
}

/// The server finished the statement, and nobody was there any more to note it.
#[test]
fn a_statement_that_completed_unseen_is_not_run_twice() {
    let bench = Bench::new();
    files(&bench, &[("V0001__t.sql", T)]);
    let both =
        "-- dbtool: no-transaction\nCREATE INDEX CONCURRENTLY a ON t (x);\nDROP INDEX CONCURRENTLY old;\nSELECT 1/0;\n";
    files(&bench, &[("V0002__c.sql", both)]);
    bench.run(0, &["migrate", "--to", "1"]);
    bench.database.execute("create index old on t (x)");
    one_error(&bench.run(1, &["migrate"]), &["division by zero"]);
    assert_eq!(bench.value("select done || ' ' || begun from dbtool_unfinished"), "2 false");
    // As if it had been killed after the drop, and then after the build, before either was noted.
    for (done, existed) in [(1, true), (0, false)] {
        rewind(&bench, both, done, existed);
        let run = bench.run(1, &["migrate"]);
        let said = format!("statement {} had completed before the run was cut off", done + 1);
        assert!(run.stderr.contains(&said), "{run}");
        if existed {
            one_error(&run, &["division by zero"]);
        } else {
            // The drop after it is run once more, as nothing says that it was.
            one_error(&run, &["index \"old\" does not exist"]);
        }
    }
    bench.project.write(
        "migrations/V0002__c.sql",
        &both.replace("SELECT 1/0", "SELECT 1").replace("DROP INDEX CONCURRENTLY old;", ""),
    );
    bench.run(0, &["migrate"]);
    assert_eq!(history(&bench), "1 2");
}

/// Sets the record back to a statement that had begun.
fn rewind(bench: &Bench, script: &str, done: usize, existed: bool) {
    use sha2::Digest as _;
    let statements = dbtool::sql::split(script).unwrap();
    let hash = |some: &[dbtool::sql::Statement<'_>]| {
        let mut hasher = sha2::Sha256::new();
        some.iter().for_each(|statement| {
            hasher.update(statement.text.as_bytes());
            hasher.update([0]);
        });
        hasher.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let (prefix, next) = (hash(&statements[..done]), hash(&statements[done..=done]));
    bench.database.execute(&format!(
        "update dbtool_unfinished set done = {done}, begun = true, existed = {existed}, prefix = '{prefix}', next = '{next}'"
    ));
}

#[test]
fn noting_without_running() {
    let bench = Bench::new();
    files(
        &bench,
        &[("V0001__t.sql", T), ("V0002__u.sql", "CREATE TABLE u ();\n"), ("V0003__v.sql", "CREATE TABLE v ();\n")],
    );
    bench.database.execute("create table t (x int); create table u ()");
    let run = bench.run(0, &["migrate", "--fake", "2"]);
    assert!(run.stderr.contains("2 migrations noted as applied") && run.stderr.contains("nothing was run"), "{run}");
    assert_eq!((history(&bench), is_there(&bench, "v")), ("1 2".into(), false));
    one_error(&bench.run(1, &["migrate", "--fake", "7"]), &["there is no migration V0007"]);
    bench.run(0, &["migrate"]);
    assert_eq!((history(&bench), is_there(&bench, "v")), ("1 2 3".into(), true));
    bench.run(0, &["status"]);
}

/// What has begun belongs to the database already: its file keeps its number, and it is finished before all else.
#[test]
fn a_file_that_has_begun_keeps_its_number_and_is_not_noted_as_done() {
    let bench = Bench::new();
    let half = "-- dbtool: no-transaction\nCREATE TABLE half ();\nSELECT 1/0;\n";
    files(&bench, &[("V0001__t.sql", T), ("V0002__half.sql", half)]);
    bench.run(1, &["migrate"]);
    files(&bench, &[("V0002__a.sql", "CREATE TABLE a ();\n")]);
    assert_eq!(bench.run(0, &["migrations", "renumber"]).stdout, "V0002__a.sql -> V0003__a.sql\n");
    let run = bench.run(1, &["migrate", "--fake", "2"]);
    one_error(&run, &["V0002 runs without a transaction and is half done", "`dbtool migrate` finishes it"]);
    // In a branch that does not know it.
    std::fs::remove_file(bench.project.path().join("migrations/V0002__half.sql")).unwrap();
    std::fs::rename(
        bench.project.path().join("migrations/V0003__a.sql"),
        bench.project.path().join("migrations/V0002__a.sql"),
    )
    .unwrap();
    one_error(&bench.run(1, &["migrate"]), &["V0002"]);
    assert!(!is_there(&bench, "a"));
    bench.run(0, &["migrations", "renumber"]);
    std::fs::rename(
        bench.project.path().join("migrations/V0002__a.sql"),
        bench.project.path().join("migrations/V0003__a.sql"),
    )
    .unwrap();
    files(&bench, &[("V0002__half.sql", &half.replace("1/0", "1"))]);
    bench.run(0, &["migrate"]);
    assert_eq!(history(&bench), "1 2 3");
}

#[test]
fn two_branches_with_one_number_are_put_in_order() {
    let bench = Bench::new();
    files(&bench, &[("V0001__t.sql", T), ("V0002__mine.sql", "CREATE TABLE mine ();\n")]);
    bench.run(0, &["migrate"]);
    files(
        &bench,
        &[("V0002__theirs.sql", "CREATE TABLE theirs ();\n"), ("V0002__theirs.down.sql", "DROP TABLE theirs;\n")],
    );
    one_error(&bench.run(1, &["migrate"]), &["have one number; `dbtool migrations renumber`"]);
    assert!(bench.run(2, &["status"]).stdout.contains("have one number"));
    let shown = "V0002__theirs.down.sql -> V0003__theirs.down.sql\nV0002__theirs.sql -> V0003__theirs.sql\n";
    assert_eq!(bench.run(0, &["migrations", "renumber", "--dry-run"]).stdout, shown);
    assert_eq!(bench.run(0, &["migrations", "renumber"]).stdout, shown);
    assert!(bench.run(0, &["migrations", "renumber"]).stderr.contains("the numbers are in order"));
    bench.run(0, &["migrate"]);
    assert_eq!(history(&bench), "1 2 3");
}

/// A way back knows what each thing was called, though its schema, table or type got another name in the same go: else it
/// would drop the one and make the other, empty.
#[test]
fn names_inside_of_names_go_back_with_their_rows() {
    let bench = Bench::new();
    bench.declare(
        "[schema.old]\n[enum.\"old.mood\"]\nvalues = [\"a\", \"b\"]\n[composite.\"old.place\"]\n\
         attributes = { street = \"text\", number = \"integer\" }\n[table.\"old.notes\"]\ncolumn.id = \"integer\"\n\
         column.txt = \"text\"\ncolumn.mood = \"old.mood\"\ncolumn.home = \"old.place\"\n",
    );
    bench.apply("first");
    bench.database.execute("INSERT INTO old.notes VALUES (1, 'kept', 'a', ROW('High St', 5))");
    bench.declare(
        "[schema.new]\nrenamed_from = \"old\"\n[enum.\"new.temper\"]\nrenamed_from = \"mood\"\n\
         values = [{ name = \"aa\", renamed_from = \"a\" }, \"b\"]\n[composite.\"new.spot\"]\nrenamed_from = \"old.place\"\n\
         attributes = { road = { type = \"text\", renamed_from = \"street\" }, number = \"integer\" }\n\
         [table.\"new.memos\"]\nrenamed_from = \"old.notes\"\ncolumn.id = \"integer\"\n\
         column.body = { type = \"text\", renamed_from = \"txt\" }\ncolumn.mood = \"new.temper\"\ncolumn.home = \"new.spot\"\n",
    );
    bench.apply("renamed");
    assert_eq!(bench.value("SELECT to_json(m)::text FROM new.memos m"), RENAMED);
    bench.run(0, &["rollback", "--to", "1", "--allow", "breaks_code"]);
    assert_eq!(bench.value("SELECT to_json(n)::text FROM old.notes n"), FORMER);
}

const RENAMED: &str = r#"{"id":1,"body":"kept","mood":"aa","home":{"road":"High St","number":5}}"#;
const FORMER: &str = r#"{"id":1,"txt":"kept","mood":"a","home":{"street":"High St","number":5}}"#;

/// A serial that becomes an identity counts on where it was, and so does what it becomes again.
#[test]
fn numbers_go_on_forward_and_back() {
    let bench = Bench::new();
    let declare = |id: &str| {
        bench.declare(&format!("[table.t]\nprimary_key = [\"id\"]\ncolumn.id = {id}\ncolumn.x = \"text\"\n"))
    };
    declare("\"serial\"");
    bench.apply("serial");
    bench.database.execute("INSERT INTO t (x) SELECT 'a' FROM generate_series(1, 5)");
    declare("{ type = \"integer\", identity = \"by default\" }");
    bench.apply("identity");
    assert_eq!(bench.value("INSERT INTO t (x) VALUES ('b') RETURNING id"), "6");
    bench.run(0, &["rollback", "--to", "1", "--allow", "all"]);
    assert_eq!(bench.value("INSERT INTO t (x) VALUES ('c') RETURNING id"), "7");
}
