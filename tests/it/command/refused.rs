//! Servers that are not there, or that do not let the role do it.

use std::process::Command;
use std::time::{Duration, Instant};

use super::{Bench, TENANTS, exits, holds, one_error, with_column};
use crate::support::{TestServer, execute, fixture_programs, free_port, own_server, query_text};

const COMMANDS: [&[&str]; 6] =
    [&["diff"], &["diff", "--write", "x"], &["migrate"], &["migrate", "--dry-run"], &["status"], &["check"]];

#[test]
fn a_database_that_is_down() {
    let bench = Bench::new();
    bench.declare(TENANTS);
    let url = format!("postgres://somebody:s3cret@127.0.0.1:{}/x", free_port());
    for args in COMMANDS {
        let run = exits(1, bench.tool().env("DATABASE_URL", &url).args(args).run());
        one_error(&run, &["error: cannot connect to `postgres://somebody@127.0.0.1:", "hint: is the server running"]);
    }
}

#[test]
fn a_database_and_a_role_that_do_not_exist() {
    let bench = Bench::new();
    bench.declare(TENANTS);
    for args in COMMANDS {
        let run = exits(1, bench.tool().env("DATABASE_URL", bench.database.server.url("nope")).args(args).run());
        one_error(&run, &["there is no database `nope`", "createdb"]);
    }
    let run = exits(1, bench.tool().env("DATABASE_URL", bench.database.url_as("ghost")).args(["diff"]).run());
    one_error(&run, &["ghost"]);
}

#[test]
fn a_connection_string_that_is_none() {
    let bench = Bench::new();
    bench.declare(TENANTS);
    for url in ["nonsense", "http://h/d", "postgres://h:port/d"] {
        one_error(&exits(1, bench.tool().env("DATABASE_URL", url).args(["diff"]).run()), &["`DATABASE_URL`"]);
    }
}

#[test]
fn a_role_that_may_not_create() {
    let bench = Bench::new();
    bench.declare(TENANTS);
    bench.run(0, &["diff", "--write", "first"]);
    let role = bench.database.role("plain", "LOGIN");
    let as_role = |code, args: &[&str]| {
        exits(code, bench.tool().env("DATABASE_URL", bench.database.url_as(&role)).args(args).run())
    };
    let before = bench.fingerprint();
    let run = as_role(1, &["migrate"]);
    one_error(&run, &["permission denied for schema public", "GRANT CREATE ON SCHEMA public"]);
    assert_eq!(bench.fingerprint(), before);
    as_role(2, &["status"]);
    as_role(2, &["check"]);
    bench.run(0, &["migrate"]);
    // Whoever may only read sees no differences as well as anybody, and what differs.
    as_role(0, &["diff"]);
    bench.declare(&with_column("age = 'integer'"));
    assert_eq!(as_role(2, &["diff"]).stdout, "+ column tenants.age: integer\n");
    one_error(&as_role(1, &["diff", "--write", "age"]), &["permission denied", "GRANT SELECT"]);
    bench.run(0, &["diff", "--write", "age"]);
    bench.database.execute(&format!("GRANT SELECT ON refinery_schema_history TO \"{role}\""));
    let before = bench.fingerprint();
    one_error(
        &as_role(1, &["migrate"]),
        &["V0002__age.sql", "must be owner of table tenants", "hint: run it as the role"],
    );
    assert_eq!(bench.fingerprint(), before);
}

#[test]
fn a_role_without_temporary_tables_is_told_what_cannot_be_compared() {
    let bench = Bench::applied();
    let role = bench.database.role("reader", "LOGIN");
    bench.database.execute(&format!("REVOKE TEMPORARY ON DATABASE \"{}\" FROM PUBLIC", bench.database.name));
    let run = exits(1, bench.tool().env("DATABASE_URL", bench.database.url_as(&role)).args(["diff"]).run());
    one_error(&run, &["cannot be compared", "  policy tenants_all on tenants", "TEMPORARY"]);
    bench.run(0, &["diff"]);
}

#[test]
fn a_database_that_is_read_only() {
    let bench = Bench::applied();
    let database = &bench.database;
    database.execute(&format!("ALTER DATABASE \"{}\" SET default_transaction_read_only = on", database.name));
    read_only(&bench, &database.url);
    // It is a default only: the transaction that asks for the server's words, always rolled back, need not share it.
    bench.declare(TENANTS);
    assert_eq!(bench.run(0, &["diff"]).stderr, "no differences\n");
}

/// [`TENANTS`], worded as PostgreSQL words it.
const IN_ITS_WORDS: &str = "[table.tenants]\nprimary_key = ['id']\nrow_security = 'force'\n\
    [table.tenants.column]\nid = 'uuid'\nname = { type = 'text', not_null = true }\n\
    [table.tenants.policy.tenants_all]\nusing = \"((id)::text = current_setting('app.tenant_id'::text, true))\"\n";

/// What holds on any server that cannot be written to; the small declaration is applied.
fn read_only(bench: &Bench, url: &str) {
    let at = |code, args: &[&str]| exits(code, bench.tool().env("DATABASE_URL", url).args(args).run());
    let catalog = || query_text(url, "SELECT count(*), max(oid) FROM pg_class");
    let before = catalog();
    bench.declare(IN_ITS_WORDS);
    assert_eq!(at(0, &["diff"]).stderr, "no differences\n");
    at(0, &["check"]);
    at(0, &["status"]);
    at(0, &["migrate"]);
    bench.project.write("migrations/V0002__b.sql", "CREATE TABLE b (x int);\n");
    let run = at(1, &["migrate"]);
    one_error(&run, &["read-only transaction", "connect to the primary"]);
    assert_eq!(catalog(), before);
}

#[test]
fn a_hot_standby() {
    let bench = Bench::applied();
    let programs = fixture_programs(18);
    if !programs.join("bin/pg_basebackup").is_file() {
        return;
    }
    let primary = own_server(&programs, &["wal_level=replica", "max_wal_senders=4"], &[]);
    let url = primary.url("postgres");
    exits(0, bench.tool().env("DATABASE_URL", &url).args(["migrate"]).run());
    let standby = Standby::of(&primary);
    let url = format!("postgresql://postgres@127.0.0.1:{}/postgres", standby.port);
    read_only(&bench, &url);
    bench.declare(TENANTS);
    let run = exits(1, bench.tool().env("DATABASE_URL", &url).args(["diff"]).run());
    one_error(&run, &["cannot be compared", "  policy tenants_all on tenants", "hint: run against the primary"]);
}

/// A standby beside its primary; stopped when this goes.
struct Standby {
    port: u16,
    data: std::path::PathBuf,
    bin: std::path::PathBuf,
}

impl Standby {
    fn of(primary: &TestServer) -> Standby {
        let standby = Standby { port: free_port(), data: primary.folder.join("standby"), bin: primary.bin_dir.clone() };
        let from = primary.port.to_string();
        let backup = ["-h", "127.0.0.1", "-U", "postgres", "-p", &from, "-X", "stream", "-c", "fast", "-R", "-D"];
        let mut command = Command::new(standby.bin.join("pg_basebackup"));
        run_as_server_user(command.args(backup).arg(&standby.data));
        // A standby needs as many connections as its primary.
        let settings = "-c listen_addresses=127.0.0.1 -c max_connections=200 -c max_wal_senders=4";
        let options = format!("-p {} -k {} {settings}", standby.port, primary.folder.display());
        let mut command = Command::new(standby.bin.join("pg_ctl"));
        command.args(["start", "-w", "-o", &options, "-l"]).arg(primary.folder.join("standby.log"));
        run_as_server_user(command.arg("-D").arg(&standby.data));
        let start = Instant::now();
        let url = format!("postgresql://postgres@127.0.0.1:{}/postgres", standby.port);
        while query_text(&url, "SELECT to_regclass('tenants')") == [["NULL"]] {
            assert!(start.elapsed() < Duration::from_secs(30), "the standby does not follow");
            std::thread::sleep(Duration::from_millis(50));
        }
        standby
    }
}

impl Drop for Standby {
    fn drop(&mut self) {
        let mut command = Command::new(self.bin.join("pg_ctl"));
        // A failure here would hide the one that a failing test is about.
        let _ = as_server_user(command.args(["stop", "-m", "immediate", "-D"]).arg(&self.data)).output();
    }
}

fn as_server_user(command: &mut Command) -> &mut Command {
    use std::os::unix::process::CommandExt as _;
    if let Some((uid, gid)) = crate::support::server_user() {
        command.uid(uid).gid(gid).env("HOME", "/");
    }
    command.current_dir("/").stdin(std::process::Stdio::null())
}

/// The output goes to a file: a server that is started would keep a pipe open.
fn run_as_server_user(command: &mut Command) {
    let log = tempfile::NamedTempFile::new().unwrap();
    let command = as_server_user(command).stdout(log.reopen().unwrap()).stderr(log.reopen().unwrap());
    let status = command.status().unwrap();
    assert!(status.success(), "{command:?}: {}", std::fs::read_to_string(log.path()).unwrap());
}

#[test]
fn a_wrong_password() {
    let server = guarded();
    let bench = Bench::new();
    bench.declare(TENANTS);
    let url = |password: &str| format!("postgresql://app:{password}@127.0.0.1:{}/postgres", server.port);
    for args in COMMANDS {
        let run = exits(1, bench.tool().env("DATABASE_URL", url("wr0ng")).args(args).run());
        one_error(&run, &["the server refused the password of `app`", "the password came from `DATABASE_URL`"]);
        assert!(!run.stderr.contains("wr0ng"), "{run}");
    }
    holds(&exits(0, bench.tool().env("DATABASE_URL", url("s3cret")).args(["status"]).run()), &["0 applied"]);
}

/// A server that asks for passwords: `app` has `s3cret`.
pub fn guarded() -> TestServer {
    let rules = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
    let server = own_server(&fixture_programs(18), &[], &[("hba_file", rules)]);
    let local = format!("host={} port={} user=postgres dbname=postgres", server.socket_dir.display(), server.port);
    execute(&local, "CREATE ROLE app SUPERUSER LOGIN PASSWORD 's3cret'");
    server
}
