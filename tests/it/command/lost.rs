//! Databases that go away half-way.

use std::time::{Duration, Instant};

use super::{Bench, exits, holds, one_error};
use crate::support::{Run, fixture_programs, own_server, query_text};

const SLOW: &str = "CREATE TABLE half (x int);\nSELECT pg_sleep(60);\n";

/// Starts a slow migration, does something to the server meanwhile, and gives how the run ended.
fn meanwhile(bench: &Bench, url: &str, act: impl FnOnce()) -> Run {
    bench.project.write("migrations/V0001__slow.sql", SLOW);
    let run = std::thread::scope(|scope| {
        let run = scope.spawn(|| bench.tool().env("DATABASE_URL", url).args(["migrate"]).run());
        let sleeps = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
        let start = Instant::now();
        while query_text(url, sleeps).is_empty() {
            assert!(start.elapsed() < Duration::from_secs(30), "the migration does not run");
            std::thread::sleep(Duration::from_millis(20));
        }
        act();
        run.join().unwrap()
    });
    exits(1, run)
}

#[test]
fn a_session_that_is_ended_rolls_the_file_back() {
    let bench = Bench::new();
    let url = bench.database.url.clone();
    let run = meanwhile(&bench, &url, || {
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
        bench.database.execute(end);
    });
    one_error(&run, &["migrations/V0001__slow.sql:2:", "the connection was lost", "terminating connection"]);
    holds(&run, &["nothing of it stays", "then run migrate again"]);
    assert_eq!(bench.database.query_text("SELECT to_regclass('half')"), [["NULL"]]);
    bench.project.write("migrations/V0001__slow.sql", &SLOW.replace("60", "0"));
    bench.run(0, &["migrate"]);
    bench.run(0, &["status"]);
}

#[test]
fn a_server_that_is_killed_is_told_and_the_file_can_run_again() {
    let bench = Bench::new();
    let server = own_server(&fixture_programs(18), &["restart_after_crash=on"], &[]);
    let url = server.url("postgres");
    let run = meanwhile(&bench, &url, || {
        let pid = query_text(&url, "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'").concat().concat();
        let pid = nix::unistd::Pid::from_raw(pid.parse().unwrap());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL).unwrap();
    });
    one_error(
        &run,
        &["migrations/V0001__slow.sql", "the connection was lost", "`V0001__slow.sql`", "run migrate again"],
    );
}
