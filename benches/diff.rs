//! The diff of an unchanged database with 1,000 tables against `pg_dump --schema-only` of it.
//!
//! Each table has 12 columns, 3 indexes, row security forced and 4 policies in the words of a person, which are not the
//! server's. Both are timed as whole processes, in turn; the number of statements that a diff sends is counted in the
//! server's own log. `cargo bench` prints the figures; `DBTOOL_BENCH_TABLES` sets another number of tables.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, dead_code, unreachable_pub)]

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[path = "../tests/it/support/mod.rs"]
mod support;

const RUNS: usize = 7;

fn main() {
    let tables: usize = std::env::var("DBTOOL_BENCH_TABLES").map_or(1_000, |n| n.parse().unwrap());
    for major in support::with_vector() {
        measure(major, tables);
    }
}

fn measure(major: u32, tables: usize) {
    let server = support::server(major);
    let database = server.database("bench");
    let project = support::Project::new();
    let mut toml = String::from("[table.tenants]\nprimary_key = [\"id\"]\ncolumn.id = \"uuid\"\n");
    let mut sql = String::from("CREATE TABLE tenants (id uuid PRIMARY KEY);\n");
    for number in 0..tables {
        table(number, &mut toml, &mut sql);
    }
    project.write("schema/bench.toml", &toml);
    for chunk in sql.split("-- cut\n") {
        database.execute(chunk);
    }
    database.execute("ANALYZE");
    let dbtool = || {
        let (mut command, home) = support::dbtool().into_command();
        command.args(["--project", project.path().to_str().unwrap(), "--url", &database.url, "diff"]);
        (command, home)
    };
    let dump = || {
        let mut command = Command::new(server.bin_dir.join("pg_dump"));
        command.args(["--schema-only", "--dbname", &database.url]);
        command
    };
    database.execute(&format!("ALTER DATABASE \"{}\" SET log_statement = 'all'", database.name));
    let before = statements(server);
    let (command, _home) = dbtool();
    timed(command);
    let sent = statements(server) - before;
    database.execute(&format!("ALTER DATABASE \"{}\" RESET log_statement", database.name));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    timed(dump());
    for _ in 0..RUNS {
        let (command, _home) = dbtool();
        ours.push(timed(command));
        theirs.push(timed(dump()));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    println!("PostgreSQL {major}, {tables} tables, unchanged, median of {RUNS} whole processes:");
    println!("  dbtool diff            {:>8.1} ms, {sent} statements sent", ours.as_secs_f64() * 1e3);
    println!("  pg_dump --schema-only  {:>8.1} ms", theirs.as_secs_f64() * 1e3);
    println!("  ratio                  {:>8.2}", ours.as_secs_f64() / theirs.as_secs_f64());
}

/// One table, as it is declared and as it was created.
fn table(number: usize, toml: &mut String, sql: &mut String) {
    let name = format!("t{number}");
    let select = "tenant_id = current_setting('app.tenant_id', true)::uuid and deleted = false";
    let write = "tenant_id = current_setting('app.tenant_id', true)::uuid AND kind IN ('a', 'b')";
    let columns = [
        ("id", "uuid", "gen_random_uuid()"),
        ("tenant_id", "uuid", ""),
        ("kind", "text", "'a'"),
        ("title", "varchar(200)", ""),
        ("body", "text", "''"),
        ("amount", "numeric(10,2)", "0"),
        ("meta", "jsonb", "'{}'"),
        ("tags", "text[]", ""),
        ("deleted", "boolean", "false"),
        ("seen", "integer", "0"),
        ("created_at", "timestamptz", "now()"),
        ("updated_at", "timestamptz", "now()"),
    ];
    writeln!(toml, "[table.{name}]\nprimary_key = [\"id\"]\nrow_security = \"force\"\n[table.{name}.column]").unwrap();
    let mut body = Vec::new();
    for (column, kind, default) in columns {
        let (mut key, mut clause) = (String::new(), String::new());
        if !default.is_empty() {
            key = format!(", default = \"{default}\"");
            clause = format!(" DEFAULT {default}");
        }
        writeln!(toml, "{column} = {{ type = \"{kind}\", not_null = true{key} }}").unwrap();
        body.push(format!("{column} {kind} NOT NULL{clause}"));
    }
    writeln!(sql, "CREATE TABLE {name} ({}, PRIMARY KEY (id));", body.join(", ")).unwrap();
    for (index, on, key) in [
        ("tenant", "tenant_id, created_at DESC", "[\"tenant_id\", { column = \"created_at\", order = \"desc\" }]"),
        ("kind", "kind", "[\"kind\"]"),
        ("title", "lower(title)", "[{ expression = \"lower(title)\" }]"),
    ] {
        writeln!(toml, "[table.{name}.index.{name}_{index}_idx]\non = {key}").unwrap();
        writeln!(sql, "CREATE INDEX {name}_{index}_idx ON {name} ({on});").unwrap();
    }
    for (command, using, check) in [
        ("select", Some(select), None),
        ("insert", None, Some(write)),
        ("update", Some(select), Some(write)),
        ("delete", Some(select), None),
    ] {
        writeln!(toml, "[table.{name}.policy.{name}_{command}]\nfor = \"{command}\"").unwrap();
        write!(sql, "CREATE POLICY {name}_{command} ON {name} FOR {command}").unwrap();
        if let Some(using) = using {
            writeln!(toml, "using = \"{using}\"").unwrap();
            write!(sql, " USING ({using})").unwrap();
        }
        if let Some(check) = check {
            writeln!(toml, "check = \"{check}\"").unwrap();
            write!(sql, " WITH CHECK ({check})").unwrap();
        }
        sql.push_str(";\n");
    }
    writeln!(sql, "ALTER TABLE {name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;").unwrap();
    if number % 100 == 99 {
        sql.push_str("-- cut\n");
    }
}

fn timed(mut command: Command) -> Duration {
    let begin = Instant::now();
    let output = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
    let took = begin.elapsed();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout[..output.stdout.len().min(2_000)]),
        String::from_utf8_lossy(&output.stderr)
    );
    took
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

/// How many statements the server has logged: one line a message, however many statements a script holds.
fn statements(server: &support::TestServer) -> usize {
    let log = std::fs::read_to_string(server.folder.join("log")).unwrap();
    log.lines().filter(|line| line.contains("LOG:  statement:") || line.contains("LOG:  execute ")).count()
}
