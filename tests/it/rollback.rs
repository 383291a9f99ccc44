//! Ways back, files that were cut off, runs that are blocked or interrupted: on real servers, by the binary.

use std::time::Duration;

use tokio_postgres::Client;

use crate::command::{Bench, one_error};
use crate::support::{self, Run};

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

/// A session that holds a lock on `t` inside a transaction.
async fn holder(bench: &Bench) -> Client {
    let other = bench.database.connect().await;
    other.batch_execute("set application_name = 'the report'; begin; lock table t in access share mode").await.unwrap();
    other
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_holds_a_lock_is_named() {
    let bench = Bench::new();
    bench.project.write("dbtool.toml", "[timeouts]\nlock = '900ms'\n");
    files(&bench, &[("V0001__t.sql", T), ("V0002__a.sql", "ALTER TABLE t ADD a int;\n")]);
    bench.run(0, &["migrate", "--to", "1"]);
    let other = holder(&bench).await;
    let run = bench.run(1, &["migrate"]);
    let named = "role `postgres`, application `the report`, idle in transaction, for 00:00:0";
    assert!(run.stderr.contains("waiting for a lock that others hold\n  pid ") && run.stderr.contains(named), "{run}");
    let held = run.stderr.lines().find(|line| line.starts_with("  held by pid ")).unwrap_or_else(|| panic!("{run}"));
    assert!(held.contains(named) && held.contains("lock table t in access share mode"), "{held}");
    other.batch_execute("commit").await.unwrap();
    bench.run(0, &["migrate"]);
}

/// Where there is no terminal, a line says from time to time how far an index is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_far_an_index_is_goes_into_a_log_too() {
    let bench = Bench::new();
    files(
        &bench,
        &[("V0001__t.sql", T), ("V0002__i.sql", "-- dbtool: no-transaction\nCREATE INDEX CONCURRENTLY i ON t (x);\n")],
    );
    bench.run(0, &["migrate", "--to", "1"]);
    let other = bench.database.connect().await;
    other.batch_execute("begin; insert into t values (1)").await.unwrap();
    let (mut command, _home) = bench.project.tool().args(["--url", &bench.database.url, "migrate"]).into_command();
    let mut child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stderr.take().unwrap()));
    let said = lines.by_ref().map_while(Result::ok).find(|line| line.starts_with("index: "));
    assert_eq!(
        said.as_deref(),
        Some("index: waiting for writers before build, for pid PID, 0 of 1")
            .map(|text| text.replace("PID", &pid(&other)))
            .as_deref()
    );
    other.batch_execute("commit").await.unwrap();
    assert!(lines.map_while(Result::ok).any(|line| line.starts_with("applied V0002__i.sql")));
    assert!(child.wait().unwrap().success());
}

/// The process id of a session, which answers while others wait for it.
fn pid(client: &Client) -> String {
    let ask = async { client.query_one("select pg_backend_pid()", &[]).await.unwrap().get::<_, i32>(0).to_string() };
    tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(ask))
}

/// Ctrl-C stops the statement at the server: what waits behind it goes on.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupt_rolls_back_and_the_next_run_goes_on() {
    use nix::sys::signal::Signal;
    for (signal, sql, stays) in [
        (
            Signal::SIGINT,
            "-- hazards: blocks_reads\nALTER TABLE t ADD a int; SELECT pg_sleep(600);",
            "nothing of it stays",
        ),
        (
            Signal::SIGTERM,
            "-- dbtool: no-transaction\nINSERT INTO t VALUES (1);\nCREATE INDEX CONCURRENTLY i ON t (x);",
            "statement 1 had completed and stays",
        ),
    ] {
        let bench = Bench::new();
        files(&bench, &[("V0001__t.sql", T), ("V0002__a.sql", sql)]);
        bench.run(0, &["migrate", "--to", "1"]);
        // The index waits for this old transaction.
        let old = bench.database.connect().await;
        old.batch_execute("begin isolation level repeatable read; select 1").await.unwrap();
        let (mut command, _home) = bench.project.tool().args(["--url", &bench.database.url, "migrate"]).into_command();
        let child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
        wait_until(
            &bench,
            "select count(*) > 0 from pg_stat_activity where datname = current_database()
                            and (wait_event = 'PgSleep' or query like 'CREATE INDEX CONC%') and state = 'active'",
        )
        .await;
        let pid = nix::unistd::Pid::from_raw(child.id().try_into().unwrap());
        nix::sys::signal::kill(pid, signal).unwrap();
        let output = child.wait_with_output().unwrap();
        let run = Run {
            stdout: String::new(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap_or(-1),
        };
        assert_eq!(run.code, 1, "{run}");
        for part in [
            "interrupted: stopping what runs",
            "canceling statement due to user request",
            stays,
            "interrupted; to go on",
        ] {
            assert!(run.stderr.contains(part), "{part}: {run}");
        }
        assert_eq!(bench.value("select count(*) from pg_stat_activity where datname = current_database() and application_name like 'dbtool%' and state <> 'idle'"), "0");
        old.batch_execute("commit").await.unwrap();
        bench.project.write("migrations/V0002__a.sql", &sql.replace("600", "0"));
        bench.run(0, &["migrate"]);
        assert_eq!(history(&bench), "1 2");
        assert_eq!(bench.value("select count(*) from t"), if signal == Signal::SIGINT { "0" } else { "1" });
    }
}

async fn wait_until(bench: &Bench, condition: &str) {
    for _ in 0..600 {
        if bench.value(condition) == "t" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never became true: {condition}");
}

/// What PgBouncer does in transaction mode: two connections are served by one server session, in turns.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pooler_in_transaction_mode_is_refused() {
    let bench = Bench::new();
    files(&bench, &[("V0001__t.sql", T)]);
    let talk = dbtool::talk::Talk { level: dbtool::talk::Level::Quiet };
    let folder = dbtool::migration::Folder::read(&bench.project.path().join("migrations")).unwrap();
    let beside = |watcher| dbtool::migration::Beside { watcher: Some(watcher), ..(&talk).into() };
    let options = dbtool::migration::Options::default();
    let pooled = support::pooled(&bench.database.url).await;
    let (mut first, second) = (pooled.connect().await, pooled.connect().await);
    let error = dbtool::migration::migrate(&mut first, &folder, &options, beside(&second)).await.unwrap_err();
    let said = dbtool::error::report(&error);
    assert!(
        said.contains("pooler in transaction mode") && said.contains("hint: connect to the server itself"),
        "{said}"
    );
    assert!(!is_there(&bench, "t") && !is_there(&bench, "refinery_schema_history"));
    // The binary opens its second connection by itself, whatever it is to do.
    bench.project.write("schema/t.toml", "[table.t]\ncolumn.x = 'integer'\n");
    bench
        .project
        .write("seeds/t.sql", "-- dbtool: environments development\n-- dbtool: writes t\nINSERT INTO t VALUES (1);\n");
    for args in [
        &["migrate"][..],
        &["migrate", "--fake", "1"],
        &["rollback"],
        &["seed", "--env", "development"],
        &["baseline", "x"],
    ] {
        let run = bench.project.dbtool_at(&pooled.url, args);
        assert_eq!(run.code, 3, "{args:?}: {run}");
        one_error(&run, &["pooler in transaction mode", "connect to the server itself"]);
    }
    // No lock was left with a session that the pooler keeps.
    assert_eq!(bench.value("select count(*) from pg_locks l join pg_database d on d.oid = l.database where datname = current_database() and locktype = 'advisory'"), "0");
    assert!(!is_there(&bench, "t") && !is_there(&bench, "refinery_schema_history"));
    let direct = (bench.database.connect().await, bench.database.connect().await);
    let (mut first, second) = direct;
    dbtool::migration::migrate(&mut first, &folder, &options, beside(&second)).await.unwrap();
}
