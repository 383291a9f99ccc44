//! Statements that the server breaks off: no lock in time, no time left, no space left, rows against a constraint.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::subject::{Subject, left};
use crate::support::{self, Line, TestDatabase};

const UP: &[&str] = &["migrate"];

fn invalid(database: &TestDatabase) -> String {
    database.query_text("SELECT count(*) FROM pg_index WHERE NOT indisvalid")[0][0].clone()
}

#[test]
fn a_lock_that_is_not_granted_is_tried_for_told_and_left() {
    let subject = Subject::new(18);
    subject.project.write("dbtool.toml", "[timeouts]\nlock = '100ms'\n");
    for (lock, applied, done, stays) in [
        ("LOCK TABLE items IN ACCESS SHARE MODE", 2, None, "`V0003__mixed_2.sql` was rolled back: nothing of it stays"),
        ("LOCK TABLE counters IN EXCLUSIVE MODE", 4, None, "stopped at statement 1 of 5; none before it"),
    ] {
        let database = subject.before.copy("faults");
        let other = Line::open(&database.url).unwrap();
        other.rows(&format!("SET application_name = 'the report'; BEGIN; {lock}")).unwrap();
        let run = subject.run(1, &database.url, UP);
        for part in ["did not get a lock within 100 ms", "trying again in 500 ms", "trying again in 1.0 s", stays] {
            assert!(run.stderr.contains(part), "{part}: {run}");
        }
        assert!(run.stderr.contains("application `the report`, idle in transaction, for "), "{run}");
        assert!(run.stderr.contains("canceling statement due to lock timeout"), "{run}");
        let found = left_beside(&subject, &database, &other);
        assert_eq!((found.applied, found.unfinished.map(|(_, done)| done)), (applied, done));
        subject.run(0, &database.url, UP);
        subject.is_after(&database);
    }
}

/// How a database stands when somebody has let it go.
fn left_beside(subject: &Subject, database: &TestDatabase, other: &Line) -> super::subject::Left {
    other.rows("SELECT pg_terminate_backend(pg_backend_pid())").unwrap_err();
    let found = left(subject, database);
    subject.is_known(&found);
    found
}

#[test]
fn a_statement_that_takes_too_long_is_stopped_and_said() {
    let subject = Subject::new(16);
    // Writers are waited for as long as it takes; the time for a statement counts all the same.
    for (lock, applied, done, index) in [
        ("LOCK TABLE items IN ACCESS SHARE MODE", 2, None, false),
        ("LOCK TABLE counters IN ROW EXCLUSIVE MODE", 4, Some(1), true),
    ] {
        subject.project.write("dbtool.toml", "[timeouts]\nlock = '60s'\nstatement = '700ms'\n");
        let database = subject.before.copy("faults");
        let other = Line::open(&database.url).unwrap();
        other.rows(&format!("BEGIN; {lock}")).unwrap();
        let run = subject.run(1, &database.url, UP);
        assert!(run.stderr.contains("canceling statement due to statement timeout"), "{run}");
        assert!(run.stderr.contains("`statement_timeout` ran out: give it more time, then run migrate again"), "{run}");
        let found = left_beside(&subject, &database, &other);
        assert_eq!((found.applied, found.unfinished.map(|(_, done)| done)), (applied, done), "{run}");
        assert_eq!(invalid(&database), if index { "1" } else { "0" });
        subject.project.write("dbtool.toml", "");
        let run = subject.run(0, &database.url, UP);
        assert_eq!(run.stderr.contains("dropping the unfinished index `public.counters_n_idx`"), index, "{run}");
        subject.is_after(&database);
    }
}

#[test]
fn rows_that_are_equal_stop_a_unique_index_and_the_rest_follows_when_they_are_repaired() {
    let subject = Subject::new(18);
    let database = subject.before.copy("faults");
    database.execute("UPDATE items SET sku = 'sku 1' WHERE id = 2");
    let run = subject.run(1, &database.url, UP);
    for part in [
        "could not create unique index \"items_sku_key\"",
        "Key (sku)=(sku 1) is duplicated",
        "stopped at statement 6 of 12; statements 1 to 5 had completed and stay",
        "hint: repair the rows that stand against it",
    ] {
        assert!(run.stderr.contains(part), "{part}: {run}");
    }
    let found = left(&subject, &database);
    subject.is_known(&found);
    assert_eq!((found.applied, found.unfinished.map(|(_, done)| done)), (3, Some(5)));
    assert_eq!(invalid(&database), "1");
    let run = subject.run(2, &database.url, &["status"]);
    assert!(
        run.stdout.contains("left the index `public.items_sku_key` unfinished; `dbtool migrate` drops and builds"),
        "{run}"
    );
    // Until then it fails in the same way, and nothing grows.
    subject.run(1, &database.url, UP);
    assert_eq!(invalid(&database), "1");
    database.execute("UPDATE items SET sku = 'sku 2' WHERE id = 2");
    let run = subject.run(0, &database.url, UP);
    assert!(run.stderr.contains("V0004__mixed_3.sql was cut off: going on at statement 6 of 12"), "{run}");
    assert!(run.stderr.contains("dropping the unfinished index `public.items_sku_key`"), "{run}");
    subject.is_after(&database);
}

/// A copy that REINDEX left half made has a name of its own, which no statement mentions.
#[test]
fn what_a_reindex_left_goes_before_it_runs_again() {
    let bench = crate::command::Bench::new();
    bench.project.write("migrations/V0001__t.sql", "CREATE TABLE t (x int, y text); CREATE INDEX t_x ON t (x);\n");
    let again = "-- dbtool: no-transaction\nSET statement_timeout = '300ms';\nREINDEX TABLE CONCURRENTLY t;\n";
    bench.project.write("migrations/V0002__r.sql", again);
    bench.run(0, &["migrate", "--to", "1"]);
    let other = Line::open(&bench.database.url).unwrap();
    other.rows("BEGIN; LOCK TABLE t IN ROW EXCLUSIVE MODE").unwrap();
    for _ in 0..2 {
        bench.run(1, &["migrate"]);
        assert_eq!(bench.value("SELECT string_agg(indexrelid::regclass::text, ' ') FROM pg_index WHERE NOT indisvalid AND indrelid = 't'::regclass"), "t_x_ccnew");
        other.rows("ROLLBACK; BEGIN; LOCK TABLE t IN ROW EXCLUSIVE MODE").unwrap();
    }
    other.rows("ROLLBACK").unwrap();
    let run = bench.run(0, &["migrate"]);
    assert!(run.stderr.contains("dropping the unfinished index `public.t_x_ccnew`"), "{run}");
    assert_eq!(invalid(&bench.database), "0");
}

/// A small disk of a test's own, which the server may write to.
struct Disk(PathBuf);

impl Disk {
    fn new(at: PathBuf, size: &str) -> Option<Disk> {
        fs::create_dir(&at).unwrap();
        let owner = support::server_user().map(|(uid, gid)| format!(",uid={uid},gid={gid}")).unwrap_or_default();
        let options = format!("size={size},mode=700{owner}");
        mount(&["-t", "tmpfs", "-o", &options, "tmpfs"], &at).then(|| Disk(at))
    }

    fn grow(&self, size: &str) {
        assert!(mount(&["-o", &format!("remount,size={size}")], &self.0));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
        let _ = fs::remove_dir(&self.0);
    }
}

fn mount(arguments: &[&str], at: &std::path::Path) -> bool {
    let status = Command::new("mount").args(arguments).arg(at).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

#[test]
fn a_disk_that_is_full_stops_an_index_and_more_space_lets_it_be_built() {
    let own: &'static _ = Box::leak(Box::new(support::own_server(&support::fixture_programs(18), &[], &[])));
    let Some(disk) = Disk::new(own.folder.join("small"), "1m") else {
        support::shout("the test of a disk that is full on an index build IS LEFT OUT: nothing can be mounted here");
        return;
    };
    let subject = Subject::on(own);
    let database = subject.before.copy("faults");
    database
        .execute("INSERT INTO items SELECT i, 1, (SELECT string_agg(md5(concat(i, ' ', n)), '') FROM generate_series(1, 15) n), i, '' FROM generate_series(501, 3000) i");
    let small = format!("CREATE TABLESPACE small LOCATION '{}'", disk.0.display());
    support::execute(&own.url("postgres"), &small);
    database.execute(&format!("ALTER DATABASE \"{}\" SET default_tablespace = small", database.name));
    let run = subject.run(1, &database.url, UP);
    assert!(run.stderr.contains("No space left on device (SQLSTATE 53100)"), "{run}");
    assert!(run.stderr.contains("hint: free some space on the server, then run migrate again"), "{run}");
    let found = left(&subject, &database);
    subject.is_known(&found);
    assert_eq!((found.applied, found.unfinished.map(|(_, done)| done)), (3, Some(5)), "{run}");
    assert_eq!(invalid(&database), "1");
    // As often as it is tried: what was half built goes first.
    subject.run(1, &database.url, UP);
    assert_eq!(invalid(&database), "1");
    disk.grow("64m");
    subject.run(0, &database.url, UP);
    database.execute("DELETE FROM items WHERE id > 500");
    subject.is_after(&database);
}
