//! Changes of a table that is in use: each as dbtool plans it and as its short form, with readers and writers at work.
//!
//! Eight clients, half of them reading rows by their key and half updating and inserting, each one statement after the
//! other, while `dbtool migrate` applies the change to a table of a million rows. What counts is the longest time that any
//! of their statements took, and whether any failed: under the planned form none may fail, nor wait longer than the lock
//! timeout and one second, or the bench fails. `DBTOOL_BENCH_ROWS` sets another number of rows, `DBTOOL_BENCH_ON` the one
//! server, `DBTOOL_BENCH_ONLY` the changes whose names hold it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, dead_code, unreachable_pub)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

use tokio_postgres::NoTls;

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

/// A copy of the filled database, changed while clients work on it.
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
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (stop, next) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicI64::new(rows + 1)));
    let work = (0..CLIENTS).map(|at| {
        let (url, stop, next) = (url.clone(), stop.clone(), next.clone());
        runtime.spawn(async move { client(&url, at, rows, &stop, &next).await })
    });
    let work: Vec<_> = work.collect();
    std::thread::sleep(Duration::from_secs(1));
    let begin = Instant::now();
    tool(&project, &url, &["migrate"]);
    let took = begin.elapsed();
    std::thread::sleep(Duration::from_millis(500));
    stop.store(true, Ordering::Relaxed);
    let done: Vec<(Duration, usize)> = runtime.block_on(async {
        let mut done = Vec::new();
        for one in work {
            done.push(one.await.unwrap());
        }
        done
    });
    support::execute(&admin, &format!("DROP DATABASE \"{name}\" WITH (FORCE)"));
    let longest = done.iter().map(|(longest, _)| *longest).max().unwrap_or_default();
    let failed: usize = done.iter().map(|(_, failed)| failed).sum();
    Seen { longest, failed, took }
}

/// One client: the longest time that one of its statements took, and how many failed.
async fn client(url: &str, at: usize, rows: i64, stop: &AtomicBool, next: &AtomicI64) -> (Duration, usize) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let (mut longest, mut failed, mut seed) = (Duration::ZERO, 0, at as i64 * 7_919 + 1);
    while !stop.load(Ordering::Relaxed) {
        seed = (seed * 48_271) % 2_147_483_647;
        let id = 1 + seed % rows;
        let sql = match (at % 2, seed % 10) {
            (0, _) => format!("SELECT * FROM orders WHERE id = {id}"),
            (_, 0) => {
                let id = next.fetch_add(1, Ordering::Relaxed);
                format!("INSERT INTO orders (id, customer_id, number, total, note) VALUES ({id}, 1, {id}, 1, 'new')")
            }
            (1, 1) => format!("INSERT INTO events VALUES ({}, 'new')", 1_000_000_000 + id),
            (1, 2) => format!("SELECT count(*) FROM events WHERE id BETWEEN {0} AND {0} + 1", 1_000_000_000 + id % 500),
            _ => format!("UPDATE orders SET total = total + 1 WHERE id = {id}"),
        };
        let begin = Instant::now();
        failed += usize::from(client.batch_execute(&sql).await.is_err());
        longest = longest.max(begin.elapsed());
    }
    (longest, failed)
}
