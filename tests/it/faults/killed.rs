//! `kill -9` of dbtool around every statement that it sends, and the end of the server session in the midst of each.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::subject::{Left, Subject, alone, end, left, until};
use crate::support::{Line, Moment, Query, TestDatabase, Wire, kill_running};

const UP: &[&str] = &["migrate"];
const BACK: &[&str] = &["rollback", "--to", "1", "--allow", "all"];

/// A statement to stop at: its number among those that are sent, and the statement.
type Point = (usize, String);

/// The statements of an undisturbed run after which something is different: those that end a transaction, and of those
/// that do not, which all leave the same, some.
fn points(subject: &Subject, database: &TestDatabase, args: &[&str]) -> Vec<Point> {
    let wire = Wire::to(&database.url);
    subject.run(0, &wire.url, args);
    let writes = |sql: &str| ["INSERT INTO", "DELETE FROM"].iter().any(|word| sql.contains(word));
    let prepares = |sql: &str| ["SET ", "SELECT "].iter().any(|word| sql.starts_with(word)) && !writes(sql);
    let mut open = 0;
    let mut wanted = |query: &Query| {
        open += usize::from(query.open);
        !prepares(&query.sql) && (!query.open || open % 4 == 2)
    };
    let all = wire.seen().into_iter().enumerate();
    all.filter(|(_, query)| wanted(query)).map(|(number, query)| (number, query.sql)).collect()
}

/// Kills a run when the server has done the statement with this number, and says how that left the database.
fn kill(subject: &Subject, database: &TestDatabase, args: &[&str], number: usize, sql: &str) -> Left {
    let wire = Wire::to(&database.url);
    wire.stop_at(number, Moment::After);
    let mut child = subject.begin(&wire.url, args);
    let stopped = wire.wait(|| child.try_wait().unwrap().is_some());
    assert!(stopped, "it never came to statement {number}: {sql}\n{}", end(child));
    assert!(kill_running(child.id().try_into().unwrap()));
    child.wait().unwrap();
    let same = |text: &str| text.chars().take(60).collect::<String>();
    assert_eq!(wire.seen().last().map(|query| same(&query.sql)), Some(same(sql)), "another statement was stopped");
    wire.cut();
    left(subject, database)
}

/// Lets some workers take the points in turns.
fn each(points: &[Point], act: impl Fn(usize, &str) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some((number, sql)) = points.get(next.fetch_add(1, Ordering::Relaxed)) {
                    act(*number, sql);
                }
            });
        }
    });
}

#[test]
fn a_run_that_is_killed_at_any_statement_is_finished_by_the_next() {
    let subject = Subject::new(18);
    assert!(subject.statements() >= 10, "{}", subject.statements());
    let points = points(&subject, &subject.before.copy("faults"), UP);
    assert!(points.len() > subject.statements(), "{points:?}");
    let [same, half] = [AtomicUsize::new(0), AtomicUsize::new(0)];
    each(&points, |number, sql| {
        let database = subject.before.copy("faults");
        let found = kill(&subject, &database, UP, number, sql);
        subject.is_known(&found);
        let count = if found.unfinished.is_some() { &half } else { &same };
        count.fetch_add(1, Ordering::Relaxed);
        if found.unfinished.is_some() {
            // What is half done stands in the way of going back, and says so.
            let run = subject.run(1, &database.url, BACK);
            assert!(
                run.stderr.contains("is half done") && run.stderr.contains("`dbtool migrate` finishes it"),
                "{run}"
            );
        }
        subject.run(0, &database.url, UP);
        subject.is_after(&database);
    });
    let (same, half) = (same.into_inner(), half.into_inner());
    eprintln!("killed {} times: {same} times between files, {half} times within one", points.len());
    assert!(same > 3 && half > 10);
}

#[test]
fn a_way_back_that_is_killed_at_any_statement_is_finished_by_the_next() {
    let mut subject = Subject::new(16);
    let after = subject.before.copy("faults");
    subject.run(0, &after.url, UP);
    alone(&after);
    subject.note_the_way_back(&after);
    let points = points(&subject, &after.copy("faults"), BACK);
    assert!(points.len() > 15, "{points:?}");
    each(&points, |number, sql| {
        let database = after.copy("faults");
        let found = kill(&subject, &database, BACK, number, sql);
        subject.is_known(&found);
        if found.unfinished.is_some() {
            let run = subject.run(1, &database.url, UP);
            assert!(
                run.stderr.contains("is half done") && run.stderr.contains("`dbtool rollback` finishes it"),
                "{run}"
            );
        }
        if left(&subject, &database).applied > 1 {
            subject.run(0, &database.url, BACK);
        }
        subject.is_before(&database);
        // And forward again, as from a database that never went that way.
        database.execute("UPDATE items SET old = 'old'");
        subject.run(0, &database.url, UP);
        subject.is_after(&database);
    });
}

/// What a lock of somebody else's keeps a statement from, so that it is found running.
const LOCKS: &str = "BEGIN; LOCK TABLE tenants, items, counters IN SHARE UPDATE EXCLUSIVE MODE;
    SELECT count(*) FROM (SELECT FROM items FOR UPDATE) held; SELECT count(*) FROM (SELECT FROM counters FOR UPDATE) held";

/// A build that runs concurrently has to come past its first lock: it waits for whoever writes, its index half made.
const WRITES: &str = "BEGIN; LOCK TABLE items, counters IN ROW EXCLUSIVE MODE";

/// The server ends the session while a statement runs: an administrator, a crash of that backend, the end of memory.
#[test]
fn a_session_that_ends_within_any_statement_is_followed_by_one_that_finishes() {
    let subject = Subject::new(18);
    let alone =
        |sql: &str| ["CREATE", "ALTER TABLE", "DROP", "UPDATE", "DO ", "VACUUM"].iter().any(|w| sql.starts_with(w));
    let unlike = |sql: &str| sql.contains("dbtool_unfinished");
    let undisturbed = subject.before.copy("faults");
    let wire = Wire::to(&undisturbed.url);
    subject.run(0, &wire.url, UP);
    let all = wire.seen().into_iter().enumerate().map(|(number, query)| (number, query.sql));
    // A file in a transaction is one message that begins with its comment.
    let points: Vec<Point> =
        all.filter(|(_, sql)| (alone(sql) && !unlike(sql)) || sql.starts_with("-- mixed (2")).collect();
    assert!(points.len() >= 12, "{points:?}");
    let [half, unfinished] = [AtomicUsize::new(0), AtomicUsize::new(0)];
    each(&points, |number, sql| {
        let database = subject.before.copy("faults");
        let wire = Wire::to(&database.url);
        wire.stop_at(number, Moment::Before);
        let mut child = subject.begin(&wire.url, UP);
        assert!(wire.wait(|| child.try_wait().unwrap().is_some()), "{}", end(child));
        let other = Line::open(&database.url).unwrap();
        other.rows(if sql.contains("CONCURRENTLY") { WRITES } else { LOCKS }).unwrap();
        wire.go_on();
        let busy = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
                    AND application_name LIKE 'dbtool%' AND state = 'active' AND query NOT LIKE '%pg_blocking_pids%'";
        until(&database, &format!("SELECT count(*) > 0 {busy} AND wait_event_type IN ('Lock', 'Timeout')"), "t");
        until(&database, &format!("SELECT coalesce(bool_and(pg_terminate_backend(pid)), false) {busy}"), "t");
        let run = end(child);
        assert_eq!(run.code, 1, "{run}");
        assert!(run.stderr.contains("terminating connection due to administrator command"), "{run}");
        assert!(run.stderr.contains("`status` shows what is applied; then run migrate again"), "{run}");
        drop(other);
        let found = left(&subject, &database);
        subject.is_known(&found);
        if sql.starts_with("--") {
            assert!(run.stderr.contains("the server rolls the transaction of"), "{run}");
            assert_eq!(found.unfinished, None);
        } else {
            assert!(run.stderr.contains("completed is not known: the next run finds out"), "{run}");
            half.fetch_add(usize::from(found.unfinished.is_some()), Ordering::Relaxed);
        }
        let invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid";
        let invalid = database.query_text(invalid)[0][0] != "0";
        unfinished.fetch_add(usize::from(invalid && sql.starts_with("CREATE")), Ordering::Relaxed);
        let run = subject.run(0, &database.url, UP);
        let said = run.stderr.contains("dropping the unfinished index");
        assert_eq!(said, invalid && sql.starts_with("CREATE"), "{sql}: {run}");
        subject.is_after(&database);
    });
    // All but the first statements of their files, before which nothing was noted.
    assert!(half.into_inner() >= points.len() - 3, "{points:?}");
    assert_eq!(unfinished.into_inner(), 3, "every concurrent build was cut off while its index was half made");
}

/// What does not find out by itself what is left of it is not run a second time without a word.
#[test]
fn a_call_that_may_have_come_to_its_end_is_asked_about() {
    let bench = crate::command::Bench::new();
    let add = "CREATE PROCEDURE add() LANGUAGE plpgsql AS 'BEGIN INSERT INTO t VALUES (1); COMMIT; END'";
    bench.project.write("migrations/V0001__t.sql", &format!("CREATE TABLE t (x int);\n{add};\n"));
    let calls = "-- dbtool: no-transaction\nINSERT INTO t VALUES (0);\nCALL add();\nINSERT INTO t VALUES (2);\n";
    bench.project.write("migrations/V0002__c.sql", calls);
    bench.run(0, &["migrate", "--to", "1"]);
    let migrate = |url: &str, more: &[&str]| bench.project.tool().args(["migrate", "--url", url]).args(more).run();
    let undisturbed = bench.database.copy("faults");
    let wire = Wire::to(&undisturbed.url);
    assert_eq!(migrate(&wire.url, &[]).code, 0);
    let number = wire.seen().iter().position(|query| query.sql.contains("CALL add")).unwrap();
    for (choice, wish) in [("done", "0 1 2"), ("again", "0 1 1 2")] {
        let database = bench.database.copy("faults");
        let wire = Wire::to(&database.url);
        wire.stop_at(number, Moment::After);
        let (mut command, _home) = bench.project.tool().args(["migrate", "--url", &wire.url]).into_command();
        let mut child = command.stderr(std::process::Stdio::null()).spawn().unwrap();
        assert!(wire.wait(|| child.try_wait().unwrap().is_some()));
        assert!(kill_running(child.id().try_into().unwrap()));
        child.wait().unwrap();
        wire.cut();
        alone(&database);
        for _ in 0..2 {
            let run = migrate(&database.url, &[]);
            assert!(run.code == 1 && run.stderr.contains("statement 2 of `V0002__c.sql` had begun"), "{run}");
        }
        let run = migrate(&database.url, &["--begun", choice]);
        assert_eq!(run.code, 0, "{run}");
        let rows = database.query_text("SELECT string_agg(x::text, ' ' ORDER BY x) FROM t");
        assert_eq!(rows[0][0], wish, "{choice}");
    }
}

/// One that failed is known to have failed: it runs again when what was wrong is put right.
#[test]
fn a_call_that_failed_runs_again() {
    let bench = crate::command::Bench::new();
    let add = "CREATE PROCEDURE add() LANGUAGE plpgsql AS 'BEGIN INSERT INTO t VALUES (1); COMMIT; PERFORM 1 / (SELECT d FROM u); END'";
    bench.project.write(
        "migrations/V0001__t.sql",
        &format!("CREATE TABLE t (x int); CREATE TABLE u AS SELECT 0 AS d;\n{add};\n"),
    );
    bench.project.write("migrations/V0002__c.sql", "-- dbtool: no-transaction\nCALL add();\n");
    bench.run(1, &["migrate"]);
    bench.database.execute("UPDATE u SET d = 1");
    bench.run(0, &["migrate"]);
    assert_eq!(bench.value("SELECT count(*) FROM t"), "2");
}
