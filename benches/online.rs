//! Changes of a table that is in use: each as dbtool plans it and as its short form, with readers and writers at work.
//!
//! Eight clients of pgbench, reading rows by their key, updating and inserting, each one statement after the other, while
//! `dbtool migrate` applies the change to a table of a million rows. What counts is the longest time that any of their
//! statements took, and whether any failed: under the planned form none may fail, nor wait longer than the lock
//! timeout and one second, or the bench fails. `DBTOOL_BENCH_ROWS` sets another number of rows, `DBTOOL_BENCH_ON` the one
//! server, `DBTOOL_BENCH_ONLY` the changes whose names hold it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    dead_code,
    unreachable_pub
)]

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

#[path = "../tests/it/support/mod.rs"]
mod support;

use support::{Project, TestDatabase};

const CLIENTS: usize = 8;

/// What is there before each change, by the part that a change replaces.
const BEFORE: &str = r#"
[table.customers]
primary_key = ["id"]
column.id = "bigint"

[table.events]
partition_by = "range (id)"
column.id = "bigint"
column.what = "text"

[table.events_1]
partition_of = "events"
values = "from (0) to (1000000000)"

[table.events_2]
partition_of = "events"
values = "from (1000000000) to (2000000000)"

[table.orders]
primary_key = ["id"]
unique.orders_pair_key = { columns = ["number", "id"] }
index.orders_status_idx = { on = ["status"] }

[table.orders.column]
id = "integer"
customer_id = { type = "bigint", not_null = true }
number = { type = "bigint", not_null = true }
status = { type = "text", not_null = true, default = "'open'" }
quantity = { type = "integer", not_null = true, default = 1 }
total = "numeric(10,2)"
note = "text"
"#;

/// The changes: what they are called, a part of the declaration, and what stands in its place.
const CHANGES: &[(&str, &str, &str)] = &[
    ("an index", "index.orders_status_idx", "index.orders_total_idx = { on = [\"total\"] }\nindex.orders_status_idx"),
    ("an index with another definition", "on = [\"status\"]", "on = [\"status\", \"total\"]"),
    (
        "UNIQUE",
        "index.orders_status_idx",
        "unique.orders_number_key = { columns = [\"number\"] }\nindex.orders_status_idx",
    ),
    ("another PRIMARY KEY", "primary_key = [\"id\"]\nunique", "primary_key = [\"id\", \"customer_id\"]\nunique"),
    (
        "FOREIGN KEY",
        "\"bigint\", not_null = true }\nnumber",
        "\"bigint\", not_null = true, references = \"customers(id)\" }\nnumber",
    ),
    ("CHECK", "total = \"numeric(10,2)\"", "total = { type = \"numeric(10,2)\", check = \"total >= 0\" }"),
    ("NOT NULL", "note = \"text\"", "note = { type = \"text\", not_null = true }"),
    ("UNIQUE with another definition", "[\"number\", \"id\"]", "[\"number\", \"customer_id\", \"id\"]"),
    (
        "a column with a constant default",
        "note = \"text\"",
        "note = \"text\"\nopen = { type = \"boolean\", not_null = true, default = true }",
    ),
    ("integer becomes bigint", "quantity = { type = \"integer\"", "quantity = { type = \"bigint\""),
    ("the key becomes bigint", "id = \"integer\"", "id = \"bigint\""),
    (
        "an index on a table in partitions",
        "column.what = \"text\"",
        "column.what = \"text\"\nindex.events_what_idx = { on = [\"what\"] }",
    ),
    (
        "a partition that leaves",
        "partition_of = \"events\"\nvalues = \"from (0) to (1000000000)\"",
        "column.id = \"bigint\"\ncolumn.what = \"text\"",
    ),
    (
        "a column with a random default",
        "note = \"text\"",
        "note = \"text\"\nkey = { type = \"uuid\", not_null = true, default = \"gen_random_uuid()\" }",
    ),
];

/// What a statement may take: the lock timeout of `dbtool migrate`, and a second.
const LIMIT: Duration = Duration::from_secs(4);

fn main() {
    let setting = |name: &str| std::env::var(name).unwrap_or_default();
    let rows: i64 = setting("DBTOOL_BENCH_ROWS").parse().unwrap_or(1_000_000);
    let (on, only) = (setting("DBTOOL_BENCH_ON"), setting("DBTOOL_BENCH_ONLY"));
    let mut wrong = Vec::new();
    for major in support::with_vector().into_iter().filter(|major| on.is_empty() || on == major.to_string()) {
        println!(
            "PostgreSQL {major}, {rows} rows, {CLIENTS} clients; the longest statement of a client, failures, the change:"
        );
        let template = support::server(major).database("online");
        let project = Project::new();
        fill(&template, &project, rows);
        for (name, part, by) in CHANGES.iter().filter(|(name, ..)| name.contains(&only)) {
            let to = BEFORE.replacen(part, by, 1);
            assert_ne!(to, BEFORE, "{name} is no change");
            let online = measure(&template, &project, &to, rows, &["--expand", "all"]);
            let offline = measure(&template, &project, &to, rows, &["--offline"]);
            println!("| {name} | {online} | {offline} |");
            if online.longest > LIMIT || online.failed > 0 {
                wrong.push(format!("{name} on {major}: {online}"));
            }
        }
    }
    assert!(wrong.is_empty(), "somebody waited too long, or failed: {wrong:#?}");
}

/// What clients saw of a change.
struct Seen {
    longest: Duration,
    failed: usize,
    took: Duration,
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2} s, {}, {:.1} s", self.longest.as_secs_f64(), self.failed, self.took.as_secs_f64())
    }
}

fn fill(database: &TestDatabase, project: &Project, rows: i64) {
    project.write("schema/all.toml", BEFORE);
    for args in [&["diff", "--write", "first", "--no-rehearsal"][..], &["migrate"]] {
        tool(project, &database.url, args);
    }
    database.execute(&format!(
        "INSERT INTO customers SELECT g FROM generate_series(1, 1000) g; \
         INSERT INTO orders SELECT g, 1 + g % 1000, g, CASE g % 3 WHEN 0 THEN 'open' ELSE 'done' END, 1, g % 500, 'note ' || g \
           FROM generate_series(1, {rows}) g; \
         INSERT INTO events SELECT g * 10, 'old' FROM generate_series(1, {rows}) g; \
         INSERT INTO events SELECT 1000000000 + g, 'new' FROM generate_series(1, 1000) g; \
         ANALYZE orders, events; CHECKPOINT"
    ));
}

fn tool(project: &Project, url: &str, args: &[&str]) {
    let run = support::dbtool().args(["--project", project.path().to_str().unwrap(), "--url", url]).args(args).run();
    assert!([0, 2].contains(&run.code), "{run}");
}

/// A copy of the filled database, changed while pgbench works on it.
fn measure(template: &TestDatabase, first: &Project, to: &str, rows: i64, how: &[&str]) -> Seen {
    let admin = template.server.url("postgres");
    let name = format!("{}_copy", template.name);
    let url = template.server.url(&name);
    support::execute(&admin, &format!("CREATE DATABASE \"{name}\" TEMPLATE \"{}\"", template.name));
    let project = Project::new();
    for file in std::fs::read_dir(first.path().join("migrations")).unwrap().map(|file| file.unwrap().path()) {
        let name = format!("migrations/{}", file.file_name().unwrap().to_str().unwrap());
        project.write(&name, &std::fs::read_to_string(&file).unwrap());
    }
    project.write("schema/all.toml", to);
    tool(&project, &url, &[&["diff", "--write", "change", "--no-rehearsal", "--allow", "all"], how].concat());
    let work = Work::begin(&template.server.bin_dir, &url, rows);
    let begin = Instant::now();
    tool(&project, &url, &["migrate"]);
    let took = begin.elapsed();
    let (longest, failed) = work.end(&admin, &name);
    support::execute(&admin, &format!("DROP DATABASE \"{name}\" WITH (FORCE)"));
    Seen { longest, failed, took }
}

/// What the clients do, each a script of one statement, with how often of twenty.
const SCRIPTS: &[(&str, u32, &str)] = &[
    ("read", 10, "\\set id random(1, :rows)\nSELECT * FROM orders WHERE id = :id;\n"),
    ("update", 6, "\\set id random(1, :rows)\nUPDATE orders SET total = total + 1 WHERE id = :id;\n"),
    (
        "insert",
        2,
        "\\set n :n + 1\n\\set id 200000000 * (:client_id + 1) + :n\n\
         INSERT INTO orders (id, customer_id, number, total, note) VALUES (:id, 1, :id, 1, 'new');\n",
    ),
    (
        "read_event",
        1,
        "\\set id random(1000000001, 1000000500)\nSELECT count(*) FROM events WHERE id BETWEEN :id AND :id + 1;\n",
    ),
    ("insert_event", 1, "\\set id random(1000000001, 1900000000)\nINSERT INTO events VALUES (:id, 'new');\n"),
];

/// A running pgbench.
struct Work {
    pgbench: Child,
    folder: tempfile::TempDir,
}

impl Work {
    /// Begins, and comes back when all clients have worked for a second.
    fn begin(programs: &Path, url: &str, rows: i64) -> Self {
        let folder = support::folder();
        let mut command = Command::new(programs.join("pgbench"));
        command.current_dir(folder.path()).args(["--no-vacuum", "--jobs=2", "--time=3600", "--log", "--define=n=0"]);
        command.args([format!("--client={CLIENTS}"), format!("--define=rows={rows}")]);
        for (name, weight, script) in SCRIPTS {
            std::fs::write(folder.path().join(name), script).unwrap();
            command.arg(format!("--file={name}@{weight}"));
        }
        let said = std::fs::File::create(folder.path().join("said")).unwrap();
        let command = command.arg(url).stdout(Stdio::null()).stderr(said).stdin(Stdio::null());
        let pgbench = command.spawn().unwrap();
        std::thread::sleep(Duration::from_secs(1));
        Work { pgbench, folder }
    }

    /// The longest time of a statement, and how many clients had one that failed: pgbench leaves off with such a client.
    /// The others end because the server sends them away, so that each has written down all that it did.
    fn end(mut self, admin: &str, database: &str) -> (Duration, usize) {
        std::thread::sleep(Duration::from_millis(500));
        let sent_away = support::query_text(
            admin,
            &format!(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                 WHERE datname = '{database}' AND application_name = 'pgbench'"
            ),
        );
        self.pgbench.wait().unwrap();
        let mut longest = 0;
        let mut statements = 0;
        for file in std::fs::read_dir(self.folder.path()).unwrap().map(|file| file.unwrap().path()) {
            if file.file_name().unwrap().to_str().unwrap().starts_with("pgbench_log.") {
                // Client, number, microseconds, script, and the moment.
                for line in std::fs::read_to_string(&file).unwrap().lines() {
                    longest = longest.max(line.split(' ').nth(2).unwrap().parse::<u64>().unwrap());
                    statements += 1;
                }
            }
        }
        let said = std::fs::read_to_string(self.folder.path().join("said")).unwrap();
        assert!(statements > CLIENTS, "pgbench did nothing: {said}");
        let failed = CLIENTS - sent_away[0][0].parse::<usize>().unwrap();
        if failed > 0 {
            eprintln!("{said}");
        }
        (Duration::from_micros(longest), failed)
    }
}
