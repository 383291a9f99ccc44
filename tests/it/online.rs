//! Changes of tables that are in use: rows are filled while others hold some and policies hide them, a statement waits for
//! nobody, and what was cut off is brought to its end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio_postgres::Client;

use crate::support::{self, Project, TestDatabase, dbtool, server};

/// A project with a database, filled by hand.
pub(crate) struct Site {
    pub(crate) database: TestDatabase,
    pub(crate) project: Project,
}

impl Site {
    pub(crate) fn new(major: u32, toml: &str) -> Site {
        let site = Site { database: server(major).database("online"), project: Project::new() };
        site.declare(toml);
        site.change("first");
        site
    }

    pub(crate) fn declare(&self, toml: &str) {
        self.project.write("schema/all.toml", toml);
    }

    pub(crate) fn run(&self, url: &str, args: &[&str]) -> support::Run {
        dbtool().args(["--project", self.project.path().to_str().unwrap(), "--url", url]).args(args).run()
    }

    /// Writes what leads to the declaration.
    pub(crate) fn write(&self, name: &str) {
        let run = self.run(&self.database.url, &["diff", "--write", name, "--allow", "all"]);
        assert_eq!(run.code, 0, "{run}");
    }

    /// Writes what leads to the declaration, and applies it.
    pub(crate) fn change(&self, name: &str) {
        self.write(name);
        self.migrate(&self.database.url);
    }

    pub(crate) fn migrate(&self, url: &str) {
        let run = self.run(url, &["migrate"]);
        assert_eq!(run.code, 0, "{run}");
    }

    pub(crate) fn is_same(&self) {
        let run = self.run(&self.database.url, &["diff"]);
        assert_eq!(run.code, 0, "{run}");
    }

    pub(crate) fn value(&self, sql: &str) -> String {
        self.database.query_text(sql)[0][0].clone()
    }

    /// A connection that waits for nobody.
    pub(crate) async fn hasty(&self) -> Client {
        let client = self.database.connect().await;
        client.batch_execute("SET lock_timeout = '1s'").await.unwrap();
        client
    }
}

const NOTES: &str = r#"
[table.notes]
row_security = "force"
primary_key = ["id"]

[table.notes.column]
id = "bigint"
page = "integer"

[table.notes.policy.notes_none]
using = "false"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_policies_hide_or_somebody_holds_are_filled() {
    for major in support::majors() {
        let site = Site::new(major, NOTES);
        // Pages of many rows, more than one batch of them.
        site.database.execute("INSERT INTO notes SELECT g, g FROM generate_series(1, 40000) g");
        let owner = site.database.role("owner", "LOGIN");
        site.database.execute(&format!(
            "ALTER TABLE notes OWNER TO \"{owner}\"; GRANT CREATE ON SCHEMA public TO \"{owner}\"; \
             GRANT ALL ON refinery_schema_history TO \"{owner}\""
        ));
        site.declare(&NOTES.replace(
            "page = \"integer\"",
            "page = \"integer\"\nkey = { type = \"uuid\", not_null = true, default = \"gen_random_uuid()\" }",
        ));
        site.write("key");
        let holder = site.database.connect().await;
        holder.batch_execute("BEGIN; UPDATE notes SET page = 0 WHERE id = 7").await.unwrap();
        let letting_go = tokio::spawn(async move {
            // Long enough for the first pass to come by.
            tokio::time::sleep(Duration::from_secs(1)).await;
            holder.batch_execute("COMMIT").await.unwrap();
        });
        let url = site.database.url_as(&owner);
        tokio::task::block_in_place(|| site.migrate(&url));
        letting_go.await.unwrap();
        assert_eq!(site.value("SELECT count(*) || ' ' || count(DISTINCT key) FROM notes"), "40000 40000", "on {major}");
        assert_eq!(site.value("SELECT relforcerowsecurity FROM pg_class WHERE oid = 'notes'::regclass"), "t");
        site.database.execute(&format!("REVOKE CREATE ON SCHEMA public FROM \"{owner}\""));
        site.is_same();
    }
}

const ORDERS: &str = r#"
[table.customers]
primary_key = ["id"]
column.id = "bigint"

[table.orders]
column.id = { type = "bigint", not_null = true }
column.customer_id = "bigint"
column.number = { type = "bigint", not_null = true }
index.orders_number_idx = { on = ["number"] }
"#;

/// Whoever reads has a lock that every change of the table's definition waits for, and a concurrent one does not.
#[tokio::test(flavor = "multi_thread")]
async fn the_long_statements_of_a_plan_pass_by_readers_and_writers() {
    for major in support::majors() {
        let site = Site::new(major, ORDERS);
        site.database.execute("INSERT INTO customers VALUES (1); INSERT INTO orders VALUES (1, 1, 1), (2, 1, 2)");
        site.declare(
            &ORDERS
                .replace("[table.orders]", "[table.orders]\nprimary_key = [\"id\"]")
                .replace(
                    "\"bigint\"\ncolumn.number",
                    "{ type = \"bigint\", not_null = true, references = \"customers(id)\" }\ncolumn.number",
                )
                .replace("[\"number\"]", "[\"number\", \"id\"]"),
        );
        site.write("all");
        let files = std::fs::read_dir(site.project.path().join("migrations")).unwrap();
        let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        files.sort();
        let script =
            std::fs::read_to_string(files.iter().rfind(|path| !path.to_str().unwrap().contains(".down.")).unwrap());
        let script = script.unwrap();
        assert!(script.starts_with("-- dbtool: no-transaction"), "{script}");
        // Each statement that reads the rows, on its own, while another session writes.
        let client = site.database.connect().await;
        for statement in dbtool::sql::split(&script).unwrap() {
            let text = statement.text;
            let long = text.contains("VALIDATE") && !text.contains("NOT VALID");
            let (writer, waits) = (site.hasty().await, long);
            if waits {
                writer.batch_execute("BEGIN; INSERT INTO orders VALUES (100, 1, 100)").await.unwrap();
            }
            client.batch_execute(text).await.unwrap_or_else(|error| panic!("{error:?} in {text}"));
            if waits {
                writer.batch_execute("ROLLBACK").await.unwrap();
            }
        }
        site.is_same();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partition_that_was_being_detached_is_detached_to_the_end() {
    for major in support::majors() {
        let toml = "[table.logs]\npartition_by = \"range (id)\"\ncolumn.id = \"integer\"\n\n";
        let part = "[table.logs_1]\npartition_of = \"logs\"\nvalues = \"from (1) to (10)\"\n\n";
        let other = "[table.logs_2]\npartition_of = \"logs\"\nvalues = \"from (10) to (20)\"\n";
        let site = Site::new(major, &[toml, part, other].concat());
        site.declare(&[toml, "[table.logs_1]\ncolumn.id = \"integer\"\n\n", other].concat());
        site.write("leave");
        // Whoever reads the table holds the second half up; cut off there, it stays pending.
        let (reader, cut) = (site.database.connect().await, site.database.connect().await);
        reader.batch_execute("BEGIN; SELECT * FROM logs").await.unwrap();
        cut.batch_execute("SET statement_timeout = '500ms'").await.unwrap();
        cut.batch_execute("ALTER TABLE logs DETACH PARTITION logs_1 CONCURRENTLY").await.unwrap_err();
        let pending = "SELECT count(*) FROM pg_inherits WHERE inhdetachpending";
        assert_eq!(site.value(pending), "1", "on {major}");
        reader.batch_execute("COMMIT").await.unwrap();
        tokio::task::block_in_place(|| site.migrate(&site.database.url));
        assert_eq!(site.value(pending), "0");
        assert_eq!(site.value("SELECT count(*) FROM pg_constraint WHERE conrelid = 'logs_1'::regclass"), "0");
        site.is_same();
    }
}

/// A table in partitions of two levels with an index and a key.
const EVENTS: &str = r#"
[table.events]
partition_by = "range (id)"
index.events_size_idx = { on = ["size"] }
unique.events_key = ["id", "size"]
column.id = { type = "bigint", not_null = true }
column.size = "integer"

[table.events_1]
partition_of = "events"
values = "from (minvalue) to (1000)"

[table.events_2]
partition_of = "events"
values = "from (1000) to (maxvalue)"
partition_by = "range (id)"

[table.events_2a]
partition_of = "events_2"
values = "from (1000) to (maxvalue)"
"#;

/// The names of its indexes, and what each is about.
const NAMES: &str = "SELECT string_agg(indexrelid::regclass || CASE WHEN indisvalid THEN '' ELSE ' INVALID' END, ' ' \
    ORDER BY indexrelid::regclass::text) FROM pg_index WHERE indrelid::regclass::text LIKE 'events%'";

/// Somebody writes rows while a run goes on, and waits for nothing long.
async fn beside_a_writer(site: &Site, run: impl FnOnce()) {
    let stop = Arc::new(AtomicBool::new(false));
    let (client, stopped) = (site.hasty().await, stop.clone());
    let writing = tokio::spawn(async move {
        let mut id = 100_000;
        while !stopped.load(Ordering::Relaxed) {
            let written = client.batch_execute(&format!("INSERT INTO events VALUES ({id}, 1), (-{id}, 1)")).await;
            written.unwrap_or_else(|error| panic!("{error:?}"));
            id += 1;
        }
        client.batch_execute("DELETE FROM events WHERE abs(id) >= 100000").await.unwrap();
    });
    tokio::task::block_in_place(run);
    stop.store(true, Ordering::Relaxed);
    writing.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_over_partitions_takes_the_old_ones_place_with_the_names_that_somebody_gave_its_parts() {
    for major in support::majors() {
        let site = Site::new(major, EVENTS);
        site.database.execute(
            "INSERT INTO events SELECT g, g % 10 FROM generate_series(1, 2000) g; INSERT INTO events VALUES (1500, 77); \
             ALTER INDEX events_1_size_idx RENAME TO mine; \
             ALTER TABLE events_2a RENAME CONSTRAINT events_2a_id_size_key TO own",
        );
        let names = site.value(NAMES);
        assert_eq!(names.split(' ').count(), 8, "on {major}: {names}");
        site.declare(&EVENTS.replace("[\"size\"]", "[\"size\", \"id\"]").replace("[\"id\", \"size\"]", "[\"id\"]"));
        site.write("other");
        let url = site.database.url.clone();
        let run = tokio::task::block_in_place(|| site.run(&url, &["migrate"]));
        assert!(run.code == 1 && run.stderr.contains("(id)=(1500) is duplicated"), "on {major}: {run}");
        assert!(site.value(NAMES).contains("own__new INVALID"), "on {major}: {}", site.value(NAMES));
        site.database.execute("DELETE FROM events WHERE size = 77");
        beside_a_writer(&site, || site.migrate(&url)).await;
        site.is_same();
        let other = names.replace("id_size_key", "id_key").replace("_size_idx", "_size_id_idx");
        let other = other.replace("events_size_id_idx", "events_size_idx");
        assert_eq!(site.value(NAMES), other, "on {major}");
        let about = "SELECT string_agg(DISTINCT regexp_replace(pg_get_indexdef(indexrelid), '.*btree ', ''), ' ') \
                     FROM pg_index WHERE indrelid::regclass::text LIKE 'events%'";
        assert_eq!(site.value(about), "(id) (size, id)", "on {major}");
        beside_a_writer(&site, || {
            let run = site.run(&url, &["rollback", "--to", "1", "--allow", "all"]);
            assert_eq!(run.code, 0, "on {major}: {run}");
        })
        .await;
        assert_eq!(site.value(NAMES), names, "on {major}");
        site.declare(EVENTS);
        site.is_same();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_come_to_partitions_beside_writers() {
    for major in support::majors() {
        let keyed = EVENTS.replace("unique.events_key = [\"id\", \"size\"]", "primary_key = [\"id\"]");
        let plain = EVENTS.replace("unique.events_key = [\"id\", \"size\"]\n", "");
        let plain = plain.replace("id = { type = \"bigint\", not_null = true }", "id = \"bigint\"");
        let site = Site::new(major, &plain);
        site.database.execute("INSERT INTO events SELECT g, g % 10 FROM generate_series(1, 2000) g");
        for (toml, name) in [(EVENTS, "unique"), (&keyed, "primary"), (&plain, "none")] {
            site.declare(toml);
            site.write(name);
            beside_a_writer(&site, || site.migrate(&site.database.url)).await;
            site.is_same();
        }
        let run =
            tokio::task::block_in_place(|| site.run(&site.database.url, &["rollback", "--to", "1", "--allow", "all"]));
        assert_eq!(run.code, 0, "on {major}: {run}");
        site.is_same();
    }
}

#[test]
fn the_short_form_is_planned_on_request() {
    let site = Site::new(18, ORDERS);
    site.declare(&ORDERS.replace("[table.orders]", "[table.orders]\nprimary_key = [\"id\"]"));
    let run = site.run(&site.database.url, &["diff", "--offline", "--format", "sql"]);
    let expected = "-- blocks_reads, where `orders` holds rows: `orders_pkey` is built\n\
                    -- builds_index, where `orders` holds rows: `orders_pkey` on `orders`\n\
                    -- may_fail, where `orders` holds rows: rows with equal or missing values\n\
                    ALTER TABLE public.orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id);\n";
    assert_eq!((run.code, run.stdout.as_str()), (2, expected), "{run}");
}

/// A table that was empty when the file was judged may get rows while the file waits for its lock.
#[tokio::test(flavor = "multi_thread")]
async fn rows_that_come_before_the_file_has_the_table_stop_it() {
    let toml = "[table.notes]\ncolumn.id = \"integer\"\n";
    let site = Site::new(18, &format!("{toml}column.body = \"text\"\n"));
    site.declare(toml);
    let url = site.database.url.clone();
    let written = site.run(&url, &["diff", "--write", "less", "--allow", "breaks_code"]);
    assert_eq!(written.code, 0, "{written}");
    let writer = site.database.connect().await;
    writer.batch_execute("BEGIN; INSERT INTO notes VALUES (1, 'precious')").await.unwrap();
    let letting_go = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(1)).await;
        writer.batch_execute("COMMIT").await.unwrap();
    });
    let run = tokio::task::block_in_place(|| site.run(&url, &["migrate"]));
    letting_go.await.unwrap();
    // Where the machine is slow, the rows are there when it looks.
    assert!([1, 3].contains(&run.code) && run.stderr.contains("holds rows"), "{run}");
    assert_eq!(site.value("SELECT body FROM notes"), "precious");
    let run = tokio::task::block_in_place(|| site.run(&url, &["migrate"]));
    assert_eq!(run.code, 3, "{run}");
}
