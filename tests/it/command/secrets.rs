//! A password stays where it was given: no output and no list of processes shows it.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::refused::guarded;
use super::{Bench, TENANTS, with_column};
use crate::support::{Tool, free_port};

const SECRET: &str = "s3cret";
const COMMANDS: [&[&str]; 9] = [
    &["diff"],
    &["diff", "--format", "json"],
    &["diff", "--write", "first"],
    &["migrate", "--dry-run"],
    &["migrate"],
    &["status"],
    &["status", "--format", "json"],
    &["check"],
    &["diff", "--format", "sql"],
];

/// The ways to give a password, each with the place of the server.
fn ways(bench: &Bench, host: &str, port: u16) -> Vec<(&'static str, Tool)> {
    let url = format!("postgresql://app:{SECRET}@{host}:{port}/postgres");
    let list = format!("host={host} port={port} user=app password={SECRET} dbname=postgres");
    let bare = || bench.project.tool().env("RUST_BACKTRACE", "1");
    bench.project.write("dbtool.toml", &format!("[target.t]\nurl = '{url}'\n"));
    let port = port.to_string();
    vec![
        ("--url", bare().args(["--url", &url])),
        ("--url=", bare().args([format!("--url={list}")])),
        ("DATABASE_URL", bare().env("DATABASE_URL", &url)),
        ("dbtool.toml", bare().args(["--target", "t"])),
        (
            "PGPASSWORD",
            bare()
                .env("PGHOST", host)
                .env("PGPORT", &port)
                .env("PGUSER", "app")
                .env("PGDATABASE", "postgres")
                .env("PGPASSWORD", SECRET),
        ),
    ]
}

fn silent(bench: &Bench, host: &str, port: u16, args: &[&str], connects: bool) {
    for verbose in [false, true] {
        for (way, tool) in ways(bench, host, port) {
            let tool = if verbose { tool.args(["-v"]) } else { tool };
            let run = tool.args(args).run();
            assert!(!run.stdout.contains(SECRET) && !run.stderr.contains(SECRET), "{way} {args:?}: {run}");
            assert!(connects || run.code == 1, "{way} {args:?}: {run}");
        }
    }
}

#[test]
fn no_output_holds_it_whether_it_works_or_not() {
    let server = guarded();
    let bench = Bench::new();
    bench.declare(TENANTS);
    for args in COMMANDS {
        silent(&bench, "127.0.0.1", server.port, args, true);
    }
    bench.declare(&with_column("age = { type = 'int', default = 'nope()' }"));
    silent(&bench, "127.0.0.1", server.port, &["diff"], false);
    bench.project.write("migrations/V0002__x.sql", "SELECT nope;\n");
    silent(&bench, "127.0.0.1", server.port, &["migrate"], false);
    let log = fs::read_to_string(server.folder.join("log")).unwrap();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains(SECRET) && !line.contains("CREATE ROLE")).collect();
    assert!(lines.is_empty(), "{lines:?}");
}

#[test]
fn no_failure_to_connect_holds_it() {
    let bench = Bench::new();
    bench.declare(TENANTS);
    for args in [&["diff"][..], &["migrate"], &["status"], &["check"]] {
        silent(&bench, "127.0.0.1", free_port(), args, false);
    }
    silent(&bench, "nohost.invalid", 5432, &["diff"], false);
    for url in [
        format!("postgres://app:{SECRET}@h:port/d"),
        format!("postgres://app:{SECRET}@h/d?sslmode=nope"),
        format!("postgres://app:{SECRET}@[::1/d"),
        format!("host=h password={SECRET} nope=1"),
        format!("http://app:{SECRET}@h/d"),
        format!("app:{SECRET}@h/d"),
    ] {
        for tool in [
            bench.project.tool().args(["--url", &url]),
            bench.project.tool().env("DATABASE_URL", &url),
            bench.project.tool().args(["--url", &url, "--nonsense"]),
            bench.project.tool().args(["--url", &url, "--target", "t"]),
        ] {
            let run = tool.args(["-v", "diff"]).run();
            assert!(run.code == 1 && !run.stdout.contains(SECRET) && !run.stderr.contains(SECRET), "{url}: {run}");
        }
    }
}

/// Nor where it was put in the place of something else, which is quoted as what it is taken for.
#[test]
fn no_mistake_in_the_arguments_shows_it() {
    let bench = Bench::new();
    for url in [format!("postgres://app:{SECRET}@h/d"), format!("postgres://h/d?user=app&password={SECRET}")] {
        for before in [
            &["status"][..],
            &["diff", "--from"],
            &["diff", "--target"],
            &["diff", "--project"],
            &["diff", "--write"],
            &["baseline"],
            &["migrate", "--to"],
            &["migrate", "--allow"],
            &["diff", "--expand"],
            &[],
        ] {
            let run = bench.tool().args(before).args([&url]).run();
            assert!(run.code != 0 && !run.stdout.contains(SECRET) && !run.stderr.contains(SECRET), "{before:?}: {run}");
        }
    }
    let said = dbtool::command::without_passwords("at `postgres://a:b:c@h/d` and postgres://a@h host=h Password=x");
    assert_eq!(said, "at `postgres://a:***@h/d` and postgres://a@h host=h Password=***");
}

#[cfg(target_os = "linux")]
#[test]
fn the_list_of_processes_does_not_show_it() {
    let server = guarded();
    let bench = Bench::new();
    bench.project.write("migrations/V0001__slow.sql", "SELECT pg_sleep(3);\n");
    let url = format!("postgresql://app:{SECRET}@127.0.0.1:{}/postgres", server.port);
    let (mut command, _home) = bench.project.tool().args(["migrate", "--url", &url]).into_command();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let shown = || fs::read_to_string(format!("/proc/{}/cmdline", child.id())).unwrap_or_default().replace('\0', " ");
    // The program starts over: for a moment there are the arguments as they were typed, and none.
    let start = Instant::now();
    while !shown().contains("migrate") || shown().contains(SECRET) {
        assert!(start.elapsed() < Duration::from_secs(2), "still there: {}", shown());
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(300));
    assert!(shown().contains("migrate") && !shown().contains(SECRET), "{}", shown());
    assert!(child.wait().unwrap().success());
}
