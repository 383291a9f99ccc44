//! The way to the server, or the server, is lost.

use std::process::Command;

use super::subject::{Subject, end, left};
use crate::support::{Line, Moment, TestDatabase, Wire, fixture_programs, own_server, server_user};

const UP: &[&str] = &["migrate"];

/// The number of the first statement that begins so, and comes after one that begins otherwise.
fn number_of(subject: &Subject, after: &str, begin: &str) -> usize {
    let undisturbed = subject.before.copy("faults");
    let wire = Wire::to(&undisturbed.url);
    subject.run(0, &wire.url, UP);
    let seen = wire.seen();
    let from = seen.iter().position(|query| query.sql.starts_with(after)).unwrap();
    let at = seen[from..].iter().position(|query| query.sql.starts_with(begin));
    from + at.unwrap_or_else(|| panic!("nothing begins with {begin}"))
}

/// Cuts the wire there, and says what dbtool says.
fn cut(subject: &Subject, database: &TestDatabase, number: usize, moment: Moment) -> crate::support::Run {
    let wire = Wire::to(&database.url);
    wire.stop_at(number, moment);
    let mut child = subject.begin(&wire.url, UP);
    assert!(wire.wait(|| child.try_wait().unwrap().is_some()), "{}", end(child));
    wire.cut();
    let run = end(child);
    assert_eq!(run.code, 1, "{run}");
    assert_eq!(run.stderr.matches("error: ").count(), 1, "{run}");
    run
}

#[test]
fn a_connection_that_is_cut_says_what_is_known_and_the_next_run_finishes() {
    let subject = Subject::new(18);
    let unknown = "whether `V0002__mixed.sql` was committed is not known; it is there as a whole or not at all";
    let back = "the server rolls the transaction of `V0003__mixed_2.sql` back: nothing of it stays";
    let next = "`V0004__mixed_3.sql` runs without a transaction and stopped at statement";
    let found_out = "completed is not known: the next run finds out";
    let history = "whether the history knows it is not known";
    let record = "SET SESSION AUTHORIZATION";
    for (after, begin, moment, says, applied, done) in [
        // The answer to COMMIT never comes: it was done, or it never arrived, and nobody can tell from here.
        ("-- mixed (1", "COMMIT", Moment::After, unknown, 2, None),
        ("-- mixed (1", "COMMIT", Moment::Before, unknown, 1, None),
        ("-- mixed (2", "-- mixed (2", Moment::After, back, 2, None),
        ("CREATE UNIQUE INDEX", "CREATE UNIQUE INDEX", Moment::After, next, 3, Some(5)),
        ("CREATE UNIQUE INDEX", "CREATE UNIQUE INDEX", Moment::Before, found_out, 3, Some(5)),
        ("ALTER TABLE public.items VALIDATE", "COMMIT", Moment::After, found_out, 3, Some(2)),
        ("ALTER TABLE public.items VALIDATE", "COMMIT", Moment::Before, found_out, 3, Some(1)),
        ("ALTER INDEX", record, Moment::After, history, 4, None),
        ("ALTER INDEX", record, Moment::Before, history, 3, Some(12)),
    ] {
        let number = number_of(&subject, after, begin);
        let database = subject.before.copy("faults");
        let run = cut(&subject, &database, number, moment);
        assert!(run.stderr.contains(says), "{begin} {moment:?}: {run}");
        assert!(run.stderr.contains("the connection was lost: "), "{run}");
        assert!(run.stderr.contains("`status` shows what is applied; then run migrate again"), "{run}");
        let found = left(&subject, &database);
        subject.is_known(&found);
        let unfinished = found.unfinished.map(|(_, done)| done);
        assert_eq!((found.applied, unfinished), (applied, done), "{begin} {moment:?}: {run}");
        subject.run(0, &database.url, UP);
        subject.is_after(&database);
    }
}

/// A transaction is neither there nor not there while the server commits it; what is not known is said to be so.
#[test]
fn a_session_that_ends_within_commit_leaves_all_or_nothing() {
    let bench = crate::command::Bench::new();
    let sql = "CREATE TABLE t (x int);
        CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(77); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER t_wait AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION wait();
        INSERT INTO t VALUES (1);\n";
    bench.project.write("dbtool.toml", "[timeouts]\nlock = '60s'\n");
    bench.project.write("migrations/V0001__t.sql", sql);
    let other = Line::open(&bench.database.url).unwrap();
    other.rows("SELECT pg_advisory_lock(77)").unwrap();
    let (mut command, _home) = bench.tool().args(["migrate"]).into_command();
    let child = command.stderr(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
    let end_it = "SELECT coalesce(bool_and(pg_terminate_backend(pid)), false) FROM pg_stat_activity
                  WHERE datname = current_database() AND query = 'COMMIT' AND wait_event = 'advisory'";
    super::subject::until(&bench.database, end_it, "t");
    let run = end(child);
    assert_eq!(run.code, 1, "{run}");
    for part in [
        "cannot commit: the connection was lost: terminating connection due to administrator command",
        "whether `V0001__t.sql` was committed is not known; it is there as a whole or not at all",
        "`status` shows what is applied; then run migrate again: what is applied is not run twice",
    ] {
        assert!(run.stderr.contains(part), "{part}: {run}");
    }
    bench.run(2, &["status"]);
    assert_eq!(bench.value("SELECT to_regclass('t') IS NULL"), "t");
    drop(other);
    bench.run(0, &["migrate"]);
    bench.run(0, &["status"]);
    assert_eq!(bench.value("SELECT count(*) FROM t"), "1");
}

/// The server goes down in good order, and dies, while statements of both kinds of file run; and comes back.
#[test]
fn a_server_that_goes_down_and_comes_back_is_finished() {
    // What is committed has to survive.
    let settings = ["synchronous_commit=on", "log_min_messages=fatal"];
    let own: &'static _ = Box::leak(Box::new(own_server(&fixture_programs(18), &settings, &[])));
    let subject = Subject::on(own);
    for crash in [true, false] {
        for (begin, applied, done) in [
            ("-- mixed (2", 2, None),
            ("CREATE UNIQUE INDEX", 3, Some(5)),
            ("ALTER TABLE public.items ADD CONSTRAINT items_sku_key", 3, Some(6)),
        ] {
            let number = number_of(&subject, begin, begin);
            let database = subject.before.copy("faults");
            let wire = Wire::to(&database.url);
            wire.stop_at(number, Moment::Before);
            let mut child = subject.begin(&wire.url, UP);
            assert!(wire.wait(|| child.try_wait().unwrap().is_some()), "{}", end(child));
            let other = Line::open(&database.url).unwrap();
            other.rows("BEGIN; LOCK TABLE items IN ROW EXCLUSIVE MODE").unwrap();
            wire.go_on();
            let waits = "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database()
                         AND application_name LIKE 'dbtool%' AND wait_event_type = 'Lock'";
            super::subject::until(&database, waits, "t");
            if crash {
                own.kill();
            } else {
                stop(own);
            }
            let run = end(child);
            assert_eq!(run.code, 1, "{run}");
            assert!(run.stderr.contains("the connection was lost"), "{run}");
            own.start_again();
            let found = left(&subject, &database);
            subject.is_known(&found);
            assert_eq!((found.applied, found.unfinished.map(|(_, done)| done)), (applied, done), "{run}");
            subject.run(0, &database.url, UP);
            subject.is_after(&database);
        }
    }
}

/// Stops a server as an administrator does who does not wait for sessions.
fn stop(server: &crate::support::TestServer) {
    use std::os::unix::process::CommandExt as _;
    let mut command = Command::new(server.bin_dir.join("pg_ctl"));
    command.args(["stop", "-m", "fast", "-w", "-D"]).arg(server.folder.join("data")).current_dir(&server.folder);
    if let Some((uid, gid)) = server_user() {
        command.uid(uid).gid(gid);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
