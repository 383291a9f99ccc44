//! `dev`: the project's private server, and how the other commands find it.

use std::fs;

use super::{TENANTS, exits, holds, one_error};
use crate::support::{Project, query_text};

#[test]
fn the_whole_life_of_a_private_server() {
    let project = Project::with_server_programs();
    let run = |code, args: &[&str]| exits(code, project.tool().env("RUST_BACKTRACE", "1").args(args).run());
    project.write("schema/app.toml", TENANTS);
    assert!(run(0, &["dev", "--status"]).stderr.contains("not running; start it with `dbtool dev`"));

    let first = run(2, &["dev"]);
    let url = first.stdout.trim_end().to_owned();
    assert!(url.starts_with("postgresql://dbtool:") && first.stdout.lines().count() == 1, "{first}");
    holds(
        &first,
        &["warning: the declaration is ahead of the migrations: 4 to create\n", "`dbtool diff --write NAME`"],
    );
    let pid = || query_text(&url, "SELECT pg_backend_pid() > 0, pg_postmaster_start_time()");
    let started = pid();
    no_process_shows(url.split(['/', ':', '@']).nth(4).unwrap());

    let found = run(2, &["diff"]);
    holds(&found, &["no database is configured: using this project's private server (see `dbtool dev --help`)\n"]);
    run(0, &["diff", "--write", "first"]);
    let second = run(0, &["dev"]);
    assert_eq!((second.stdout.trim_end(), pid()), (url.as_str(), started.clone()), "the same server");
    holds(&second, &["applied V0001__first.sql in "]);
    let third = run(0, &["-q", "dev"]);
    assert_eq!((third.stdout.trim_end(), third.stderr.as_str()), (url.as_str(), ""));
    for args in [&["diff"][..], &["check"], &["status"]] {
        run(0, args);
    }
    let status = run(0, &["dev", "--status"]);
    assert_eq!(status.stdout.trim_end(), url);

    assert!(run(0, &["dev", "--stop"]).stderr.contains("the private server is stopped"));
    assert!(run(0, &["dev", "--stop"]).stderr.contains("the private server was not running"));
    assert_eq!(run(0, &["dev", "--status"]).stdout, "");
    // It comes back with its data, also for a command that only needs it.
    holds(&run(0, &["diff"]), &["no differences"]);
    query_text(run(0, &["-q", "dev"]).stdout.trim_end(), "CREATE TABLE scratch ()");
    let anew = run(0, &["dev", "--reset"]);
    assert_eq!(query_text(anew.stdout.trim_end(), "SELECT to_regclass('scratch')"), [["NULL"]]);
    run(0, &["dev", "--stop"]);
}

/// The arguments of every process on this machine.
fn no_process_shows(secret: &str) {
    for process in fs::read_dir("/proc").unwrap().flatten() {
        let arguments = fs::read(process.path().join("cmdline")).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&arguments).contains(secret), "{process:?}");
    }
}

#[test]
fn a_configured_database_is_not_hidden_by_the_private_one() {
    let project = Project::with_server_programs();
    project.write("schema/app.toml", TENANTS);
    let elsewhere = "postgresql://somebody:s3cret@127.0.0.1:1/elsewhere";
    let run = exits(2, project.tool().env("DATABASE_URL", elsewhere).args(["dev"]).run());
    holds(
        &run,
        &["warning: other commands use postgres://somebody@127.0.0.1:1/elsewhere (`DATABASE_URL`), not this server"],
    );
    assert!(!run.stderr.contains("s3cret"), "{run}");
}

#[test]
fn a_broken_migration_or_declaration_stops_it_with_its_place() {
    let project = Project::with_server_programs();
    project.write("schema/app.toml", "oops");
    one_error(&exits(1, project.dbtool(&["dev"])), &["schema/app.toml:1:5: "]);
    project.write("schema/app.toml", TENANTS);
    project.write("migrations/V0001__x.sql", "SELEC 1;\n");
    one_error(&exits(1, project.dbtool(&["dev"])), &["migrations/V0001__x.sql:1:1: syntax error"]);
    one_error(&exits(1, project.dbtool(&["dev", "--stop", "--status"])).with_hint(), &["cannot be used with"]);
}

impl crate::support::Run {
    /// clap's own errors point to `--help` instead of a hint.
    fn with_hint(mut self) -> Self {
        self.stderr.push_str("hint: --help\n");
        self
    }
}
