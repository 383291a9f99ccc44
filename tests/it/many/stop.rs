//! Runs that do not come to their end by themselves: interrupted, killed, before a server that does not answer.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::Fleet;
use crate::command::one_error;

/// Starts a run and waits until it has said something on stderr.
fn start(fleet: &Fleet, args: &[&str], said: &str) -> (Child, BufReader<std::process::ChildStderr>) {
    let (mut command, _home) = fleet.project.tool().args(args).into_command();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut all = String::new();
    while !all.contains(said) {
        assert!(stderr.read_line(&mut all).unwrap() > 0, "no `{said}` in {all}");
    }
    (child, stderr)
}

/// Waits until something holds.
fn until(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(90), "never: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// How many sessions of the fleet sleep in the migration.
fn sleepers(fleet: &Fleet) -> usize {
    let names: Vec<String> = fleet.databases.iter().map(|database| format!("'{}'", database.name)).collect();
    let sql = format!(
        "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname in ({})",
        names.join(", ")
    );
    fleet.databases[0].query_text(&sql)[0][0].parse().unwrap()
}

/// A fleet whose first is quick and whose others sleep.
fn sleepy(count: usize) -> Fleet {
    let fleet = Fleet::new(count);
    for database in &fleet.databases[1..] {
        database.execute("create table sleepy ()");
    }
    let sql = "DO $$ BEGIN IF to_regclass('sleepy') IS NOT NULL THEN PERFORM pg_sleep(600); END IF; END $$;\n";
    fleet.project.write("migrations/V0001__t.sql", &format!("CREATE TABLE t (x int);\n{sql}"));
    fleet
}

fn wake(fleet: &Fleet) {
    fleet.databases[1..].iter().for_each(|database| database.execute("drop table sleepy"));
}

#[test]
fn an_interrupt_ends_what_runs_starts_nothing_more_and_still_reports() {
    let fleet = sleepy(6);
    let (child, _stderr) = start(&fleet, &["migrate", "--target", "all", "--parallel", "2"], "d00: done");
    until("two of them sleep", || sleepers(&fleet) == 2);
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGINT).unwrap();
    let output = child.wait_with_output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stdout}");
    assert!(stdout.contains("d01: failed\n") && stdout.contains("d02: failed\n"), "{stdout}");
    assert!(stdout.matches("    hint: interrupted; to go on, run migrate again").count() == 2, "{stdout}");
    assert!(stdout.ends_with("not reached: d03, d04, d05\n"), "{stdout}");
    assert_eq!((sleepers(&fleet), fleet.applied()), (0, vec![0]));
    wake(&fleet);
    let run = fleet.run(0, &["migrate", "--target", "all", "--resume"]);
    assert!(run.stderr.contains("1 of 6 were done by the last run") && run.stderr.ends_with("5 done\n"), "{run}");
}

#[test]
fn a_run_that_is_killed_has_its_place() {
    let fleet = sleepy(4);
    let (mut child, _stderr) = start(&fleet, &["migrate", "--target", "all", "--parallel", "1"], "d00: done");
    until("one of them sleeps", || sleepers(&fleet) == 1);
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGKILL).unwrap();
    child.wait().unwrap();
    // Its visit goes on until it is done, as nobody has told it otherwise: here, until its session is ended.
    fleet.databases[1].execute("select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'");
    wake(&fleet);
    let run = fleet.run(0, &["migrate", "--target", "all", "--resume"]);
    assert!(run.stderr.contains("1 of 4 were done by the last run") && run.stderr.ends_with("3 done\n"), "{run}");
}

#[test]
fn a_server_that_does_not_answer_fails_after_its_time_and_the_others_are_done() {
    let fleet = Fleet::new(3);
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let config = fleet.project.read("dbtool.toml");
    let deaf = format!("postgres://postgres@127.0.0.1:{port}/d");
    let config = config.replace("lock = '200ms'", "lock = '200ms'\nconnect = '1s'");
    fleet.project.write("dbtool.toml", &config.replace(&fleet.databases[1].url, &deaf));
    let run = fleet.run(1, &["migrate", "--target", "all", "--stop-after", "2"]);
    assert!(run.stderr.contains("2 done, 1 failed"), "{run}");
    assert!(run.stdout.starts_with("d01: failed\n    error: ") && run.stdout.contains("no answer within 1s"), "{run}");
    assert_eq!(fleet.applied(), [0, 2]);
    drop(silent);
}

#[test]
fn what_writes_stops_behind_the_first_that_fails() {
    let fleet = Fleet::new(4);
    fleet.databases[1].execute("create table t ()");
    let run = fleet.run(1, &["migrate", "--target", "all", "--parallel", "1"]);
    assert!(run.stdout.ends_with("not reached: d02, d03\n"), "{run}");
    assert!(run.stderr.contains("1 done, 1 failed, 2 not reached"), "{run}");
    let run = fleet.run(1, &["migrate", "--target", "all", "--parallel", "1", "--stop-after", "2"]);
    assert!(run.stderr.contains("3 done, 1 failed"), "{run}");
}

#[test]
fn what_only_reads_goes_on_behind_one_that_fails() {
    let fleet = Fleet::new(3);
    fleet.run(0, &["migrate", "--target", "all"]);
    let config = fleet.project.read("dbtool.toml");
    fleet.project.write("dbtool.toml", &config.replace(&fleet.databases[0].name, "no_such_database"));
    for command in ["status", "check"] {
        let run = fleet.run(1, &[command, "--target", "all"]);
        assert!(run.stderr.contains("2 done, 1 failed"), "{run}");
        let run = fleet.run(1, &[command, "--target", "all", "--stop-after", "1"]);
        assert!(run.stdout.ends_with("not reached: d01, d02\n"), "{run}");
    }
}

#[test]
fn what_was_done_of_something_else_is_not_done_of_this() {
    let fleet = Fleet::new(2);
    fleet.run(0, &["migrate", "--target", "all", "--dry-run"]);
    let refused = fleet.run(3, &["migrate", "--target", "all", "--resume"]);
    one_error(&refused, &["the last run of this command had other options or files", "without `--resume`"]);
    fleet.run(0, &["migrate", "--target", "all"]);
    fleet.project.write("migrations/V0002__u.sql", "CREATE TABLE u ();\n");
    fleet.run(3, &["migrate", "--target", "all", "--resume"]);
    fleet.run(0, &["migrate", "--target", "all"]);
    // Another database under the name of one that is done.
    let config = fleet.project.read("dbtool.toml");
    let other = super::server(18).database("fleet");
    fleet.project.write("dbtool.toml", &config.replace(&fleet.databases[1].url, &other.url));
    let run = fleet.run(0, &["migrate", "--target", "all", "--resume"]);
    assert!(run.stderr.contains("1 of 2 were done") && run.stderr.contains("d01: done"), "{run}");
    assert_eq!(other.query_text("select to_regclass('u') is not null"), [["t"]]);
}

#[test]
fn files_that_change_meanwhile_stop_the_run() {
    let fleet = sleepy(3);
    let (child, _stderr) = start(&fleet, &["migrate", "--target", "all", "--parallel", "1"], "d00: done");
    until("one of them sleeps", || sleepers(&fleet) == 1);
    fleet.project.write("migrations/V0002__u.sql", "CREATE TABLE u ();\n");
    fleet.databases[1].execute("select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'");
    let output = child.wait_with_output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.contains("d01: failed") && stdout.ends_with("not reached: d02\n"), "{stdout}");
    wake(&fleet);
    let (child, mut stderr) = start(&fleet, &["migrate", "--target", "all", "--parallel", "1"], "d00: done");
    drop(child.stdin);
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut stderr, &mut rest).unwrap();
    assert!(rest.ends_with("3 done\n"), "{rest}");
}

#[cfg(target_os = "linux")]
#[test]
fn no_process_of_a_run_shows_a_password_and_no_report() {
    let fleet = sleepy(3);
    let config = fleet.project.read("dbtool.toml");
    fleet.project.write("dbtool.toml", &config.replace("postgres@127.0.0.1", "postgres:geheim@127.0.0.1"));
    let arguments = ["migrate", "--target", "all", "-v", "--format", "json"];
    let (child, _stderr) = start(&fleet, &arguments, "d00: done");
    until("both of them sleep", || sleepers(&fleet) == 2);
    let mut visits = 0;
    for process in std::fs::read_dir("/proc").unwrap().flatten() {
        let text = std::fs::read_to_string(process.path().join("cmdline")).unwrap_or_default();
        let ours = text.contains("dbtool")
            && std::fs::read_link(process.path().join("cwd"))
                .is_ok_and(|cwd| cwd == fleet.project.path().canonicalize().unwrap());
        visits += usize::from(ours && text.contains("--target\0d0"));
        assert!(!ours || !text.contains("geheim"), "{text}");
    }
    assert_eq!(visits, 2);
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGTERM).unwrap();
    let output = child.wait_with_output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.contains("hint: interrupted;") && !stdout.contains("geheim"), "{stdout}");
    // A URL with a password leaves the arguments before they are read: it must not decide in silence.
    let run = fleet.run(1, &["--url", "postgres://a:geheim@h/d", "migrate", "--target", "all"]);
    one_error(&run, &["`--url` and `--target` exclude each other"]);
    assert!(!run.stderr.contains("geheim"), "{run}");
}
