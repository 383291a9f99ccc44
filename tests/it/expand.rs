//! Columns that get another type by way of a new one, while others read and write the table.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use super::online::Site;
use crate::support;

/// Two tables with everything that can be about a column.
const SHOP: &str = r#"
[function.stamp]
returns = "trigger"
language = "plpgsql"
body = "BEGIN NEW.total := NEW.total + 1; RETURN NEW; END"

[table.orders]
primary_key = ["id"]
row_security = "force"
policy.orders_all = { using = "total >= 0" }
index.orders_total_idx = { on = ["total", { expression = "abs(total)" }], where = "total > 5" }
unique.orders_number_key = { columns = ["number", "id"] }
check.orders_total_check = { expression = "total >= 0" }
trigger.stamp = { timing = "before", events = ["update"], columns = ["total"], for_each = "row", function = "stamp" }
grant = [{ to = "public", privileges = ["select"], columns = ["id", "total"] }]

[table.orders.column]
id = { type = "integer", identity = "always", comment = "The number of the order" }
number = { type = "text", not_null = true }
total = { type = "integer", not_null = true, default = 7, statistics = 50 }
note = "text"

[table.items]
primary_key = ["id"]
column.id = "serial"
column.order_id = { type = "integer", references = "orders(id)", on_delete = "cascade" }
index.items_order_idx = { on = ["order_id"] }

[view.totals]
query = "SELECT o.id, o.total, i.id AS item FROM orders o JOIN items i ON i.order_id = o.id"
"#;

/// The same with other types.
fn with_other_types() -> String {
    SHOP.replace("id = { type = \"integer\"", "id = { type = \"bigint\"")
        .replace("number = { type = \"text\"", "number = { type = \"integer\"")
        .replace("total = { type = \"integer\"", "total = { type = \"numeric(12,2)\"")
        .replace("column.id = \"serial\"", "column.id = \"bigserial\"")
        .replace("column.order_id = { type = \"integer\"", "column.order_id = { type = \"bigint\"")
}

fn expanded(site: &Site, name: &str) {
    let run = site.run(&site.database.url, &["diff", "--write", name, "--expand", "all", "--allow", "all"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.stderr.contains("rehearsed on a scratch copy: forward and back"), "{run}");
    assert!(!run.stderr.contains("where it stands"), "{run}");
}

#[test]
fn everything_about_a_column_changes_over_with_it() {
    for major in support::majors() {
        let site = Site::new(major, SHOP);
        site.database.execute(
            "INSERT INTO orders (number, total) SELECT g, g FROM generate_series(1, 2000) g; \
             INSERT INTO items (order_id) SELECT g FROM generate_series(1, 2000) g",
        );
        let sum = "SELECT concat_ws(' ', count(*), sum(o.id), sum(o.number::int), sum(o.total)::int, count(i.id), \
                   max(o.id)) FROM orders o JOIN items i ON i.order_id = o.id";
        let before = site.value(sum);
        site.declare(&with_other_types());
        expanded(&site, "wider");
        site.migrate(&site.database.url);
        site.is_same();
        assert_eq!(site.value(sum), before, "on {major}");
        let next = "INSERT INTO orders (number, total) VALUES ('2001', 1) RETURNING id";
        assert_eq!(site.value(next), "2001", "on {major}");
        let last = "SELECT nextval('items_id_seq')";
        assert_eq!(site.value(last), "2001", "on {major}");
        let rest = "SELECT count(*) FROM pg_attribute WHERE attrelid IN ('orders'::regclass, 'items'::regclass) \
                    AND attname LIKE '%\\_\\_%' AND NOT attisdropped";
        assert_eq!(site.value(rest), "0", "on {major}");
        let run = site.run(&site.database.url, &["rollback", "--to", "1", "--allow", "all"]);
        assert_eq!(run.code, 0, "on {major}: {run}");
        site.declare(SHOP);
        site.is_same();
        site.database.execute("DELETE FROM orders WHERE id > 2000");
        assert_eq!(site.value(sum), before, "on {major}");
        assert_eq!(site.value(&next.replace("2001", "2002")), "2002", "on {major}");
        assert_eq!(site.value(last), "2002", "on {major}");
    }
}

const NOTES: &str = r#"
[table.notes]
primary_key = ["id"]
row_security = "force"
policy.notes_all = { using = "true" }
index.notes_total_idx = { on = ["total"] }

[table.notes.column]
id = "bigint"
total = "integer"
mirror = "text"
"#;

/// What writers do to `notes`, each statement telling the same to two columns, of which one changes its type.
async fn writer(site: Arc<Site>, at: i64, stop: Arc<AtomicBool>, written: Arc<AtomicI64>) -> Vec<String> {
    let client = site.database.connect().await;
    // A superuser is bound by no policy, and replication fires no trigger but those that always fire.
    let role = if at == 0 { "SET session_replication_role = replica" } else { "SET lock_timeout = '30s'" };
    client.batch_execute(role).await.unwrap();
    let (mut failures, mut seed) = (Vec::new(), at * 7_919 + 1);
    while !stop.load(Ordering::Relaxed) {
        seed = (seed * 48_271) % 2_147_483_647;
        let (id, value) = (seed % 20_000 + 1, seed % 1_000);
        let sql = match seed % 4 {
            0 => {
                let id = 100_000 + written.fetch_add(1, Ordering::Relaxed);
                format!("INSERT INTO notes (id, total, mirror) VALUES ({id}, {value}, '{value}')")
            }
            1 => format!("UPDATE notes SET total = NULL, mirror = NULL WHERE id = {id}"),
            _ => format!("UPDATE notes SET total = {value}, mirror = '{value}' WHERE id = {id}"),
        };
        if let Err(error) = client.batch_execute(&sql).await {
            failures.push(format!("{sql}: {error:?}"));
        }
    }
    failures
}

/// Runs the migrations and kills the run after a while; says whether it came to its end before.
fn migrate_for(site: &Site, millis: u64) -> bool {
    let args = ["--project", site.project.path().to_str().unwrap(), "--url", &site.database.url, "migrate"];
    let (mut command, _home) = support::dbtool().args(args).into_command();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(millis));
    let ended = child.try_wait().unwrap().is_some();
    let _ = child.kill();
    child.wait().unwrap();
    ended
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_and_kills_lose_nothing() {
    lose_nothing(NOTES).await;
}

/// The same in two partitions, with keys that the columns are in.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_and_kills_lose_nothing_in_partitions() {
    let keys = "[table.notes]\npartition_by = \"range (id)\"\nunique.notes_total_key = [\"total\", \"id\"]";
    let toml = NOTES
        .replace("[table.notes]", keys)
        .replace("primary_key = [\"id\"]", "primary_key = [\"id\", \"kind\"]")
        .replace("id = \"bigint\"", "id = \"bigint\"\nkind = { type = \"integer\", not_null = true, default = \"0\" }");
    let parts = [("low", "from (minvalue) to (10000)"), ("high", "from (10000) to (maxvalue)")];
    let part = |(name, values): &(&str, &str)| {
        format!("\n[table.notes_{name}]\npartition_of = \"notes\"\nvalues = \"{values}\"\nrow_security = \"force\"\n")
    };
    lose_nothing(&(toml + &parts.iter().map(part).collect::<String>())).await;
}

async fn lose_nothing(toml: &str) {
    for major in support::majors() {
        let site = Arc::new(Site::new(major, toml));
        site.database.execute(
            "INSERT INTO notes (id, total, mirror) SELECT g, g % 1000, g % 1000 FROM generate_series(1, 20000) g",
        );
        let wider = toml.replace("total = \"integer\"", "total = { type = \"numeric(20,2)\", default = \"0\" }");
        site.declare(&wider.replace("kind = { type = \"integer\"", "kind = { type = \"bigint\""));
        let (stop, written) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicI64::new(0)));
        tokio::task::block_in_place(|| expanded(&site, "wider"));
        let writers = (0..4).map(|at| tokio::spawn(writer(site.clone(), at, stop.clone(), written.clone())));
        let writers: Vec<_> = writers.collect();
        let differing = "SELECT count(*) FROM notes WHERE total::int::text IS DISTINCT FROM mirror";
        tokio::task::block_in_place(|| {
            for step in 1..=6 {
                if migrate_for(&site, 120 * step) {
                    break;
                }
                assert_eq!(site.value(differing), "0", "on {major}");
            }
            site.migrate(&site.database.url);
        });
        tokio::time::sleep(Duration::from_millis(300)).await;
        stop.store(true, Ordering::Relaxed);
        for writer in writers {
            let failures = writer.await.unwrap();
            assert!(failures.is_empty(), "on {major}: {failures:?}");
        }
        assert_eq!(site.value(differing), "0", "on {major}");
        let rows = 20_000 + written.load(Ordering::Relaxed);
        assert_eq!(site.value("SELECT count(*) FROM notes"), rows.to_string(), "on {major}");
        assert_eq!(site.value("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attname = 'total' AND attrelid = 'notes'::regclass"), "numeric(20,2)");
        assert_eq!(site.value("SELECT relforcerowsecurity FROM pg_class WHERE oid = 'notes'::regclass"), "t");
        site.is_same();
        let run = site.run(&site.database.url, &["rollback", "--to", "1", "--allow", "all"]);
        assert_eq!(run.code, 0, "on {major}: {run}");
        assert_eq!(site.value(differing), "0", "on {major}");
        site.declare(toml);
        site.is_same();
    }
}

/// A table in partitions of two levels, some of which have something of their own about the columns.
const EVENTS: &str = r#"
[function.stamp]
returns = "trigger"
language = "plpgsql"
body = "BEGIN NEW.total := NEW.total + 1; RETURN NEW; END"

[table.events]
partition_by = "range (at)"
primary_key = { columns = ["at", "kind", "id"], comment = "Which one", index_comment = "By time" }
unique.events_number_key = { columns = ["number", "at", "kind"], comment = "No number twice" }
row_security = "force"
policy.events_all = { using = "total >= 0" }
index.events_total_idx = { on = ["total", { expression = "abs(total)" }], where = "total > 5" }
check.events_total_check = { expression = "total >= 0" }
trigger.stamp = { timing = "before", events = ["update"], columns = ["total"], for_each = "row", function = "stamp" }

[table.events.column]
at = "date"
kind = "text"
id = "integer"
number = { type = "text", not_null = true }
total = { type = "integer", not_null = true, default = 7, statistics = 50 }

[table.events_old]
partition_of = "events"
values = "from (minvalue) to ('2025-01-01')"
partition_by = "list (kind)"

[table.events_old_a]
partition_of = "events_old"
values = "in ('a')"
row_security = "force"

[table.events_old_rest]
partition_of = "events_old"
values = "default"
index.own_idx = { on = ["total"] }

[table.events_new]
partition_of = "events"
values = "from ('2025-01-01') to (maxvalue)"
check.own = { expression = "total < 1000000" }
unique.own_key = ["number"]

[view.totals]
query = "SELECT at, total FROM events"
"#;

#[test]
fn a_column_of_a_table_in_partitions_changes_in_all_of_them() {
    for major in support::majors() {
        let site = Site::new(major, EVENTS);
        site.database.execute(
            "INSERT INTO events (at, kind, id, number, total) \
             SELECT date '2024-06-01' + g % 500, CASE g % 2 WHEN 0 THEN 'a' ELSE 'b' END, g, g, g \
               FROM generate_series(1, 5000) g",
        );
        let names = "SELECT string_agg(indexrelid::regclass::text, ' ' ORDER BY indexrelid::regclass::text) FROM pg_index \
                     WHERE indrelid::regclass::text ~ '^events(_[a-z]+)*$'";
        let named = site.value(names);
        let sum = "SELECT concat_ws(' ', count(*), sum(id), sum(number::int), sum(total)::int, count(DISTINCT tableoid)) FROM events";
        let before = site.value(sum);
        let wider = EVENTS
            .replace("id = \"integer\"", "id = \"bigint\"")
            .replace("number = { type = \"text\"", "number = { type = \"integer\"")
            .replace("total = { type = \"integer\"", "total = { type = \"numeric(12,2)\"");
        site.declare(&wider);
        expanded(&site, "wider");
        site.migrate(&site.database.url);
        site.is_same();
        assert_eq!(site.value(sum), before, "on {major}");
        let own = "SELECT string_agg(DISTINCT format_type(atttypid, atttypmod), ' ') FROM pg_attribute \
                   WHERE attname IN ('id', 'number', 'total') AND attrelid::regclass::text ~ '^events(_[a-z]+)*$'";
        assert_eq!(site.value(own), "bigint integer numeric(12,2)", "on {major}");
        assert_eq!(site.value(names), named, "on {major}");
        let rest = "SELECT count(*) FROM pg_class WHERE relname ~ '__(new|old)$'";
        assert_eq!(site.value(rest), "0", "on {major}");
        let run = site.run(&site.database.url, &["rollback", "--to", "1", "--allow", "all"]);
        assert_eq!(run.code, 0, "on {major}: {run}");
        assert_eq!(site.value(sum), before, "on {major}");
        site.declare(EVENTS);
        site.is_same();
    }
}

#[test]
fn foreign_keys_and_partitions_of_others_keep_a_column_where_it_stands() {
    let toml = "[table.kinds]\nprimary_key = [\"id\"]\ncolumn.id = \"integer\"\n\n\
                [table.logs]\npartition_by = \"range (at)\"\ncolumn.at = \"date\"\n\
                column.kind = { type = \"integer\", references = \"kinds(id)\" }\n\n\
                [table.logs_all]\npartition_of = \"logs\"\nvalues = \"default\"\n";
    let site = Site::new(18, toml);
    site.database.execute("INSERT INTO kinds VALUES (1); INSERT INTO logs VALUES ('2026-01-01', 1)");
    site.declare(&toml.replace("kind = { type = \"integer\"", "kind = { type = \"bigint\""));
    let run = site.run(&site.database.url, &["diff", "--expand", "all"]);
    let why = "`logs.kind` is changed where it stands: a foreign key of a table in partitions is about it: `logs_kind_fkey`; instead, ";
    assert!(run.stderr.contains(why), "{run}");
    assert!(!run.stderr.contains("`logs_all.kind`"), "{run}");
    let run = site.run(&site.database.url, &["diff", "--expand", "logs_all.kind"]);
    assert!(
        run.stderr.contains("`logs_all.kind` is changed where it stands: its table is a partition; instead, "),
        "{run}"
    );
}

#[test]
fn a_value_that_does_not_fit_stops_it_and_is_named_before() {
    let toml = "[table.notes]\nprimary_key = [\"id\"]\ncolumn.id = \"bigint\"\ncolumn.page = \"text\"\n";
    let site = Site::new(18, toml);
    site.database.execute("INSERT INTO notes VALUES (1, '1'), (2, NULL), (3, 'three')");
    site.declare(&toml.replace("page = \"text\"", "page = \"integer\""));
    let run = site.run(&site.database.url, &["diff", "--write", "number", "--expand", "notes.page"]);
    assert_eq!(run.code, 0, "{run}");
    let fails = "values that do not fit: `notes.page`: text becomes integer";
    assert!(run.stderr.contains(&format!("    writes of {fails}")), "{run}");
    assert!(run.stderr.contains(&format!("    {fails}")), "{run}");
    assert!(run.stderr.contains("`notes.page`: text becomes integer, and stands behind all other columns"), "{run}");
    let run = site.run(&site.database.url, &["migrate"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(run.stderr.contains("invalid input syntax for type integer: \"three\""), "{run}");
    assert_eq!(site.value("SELECT string_agg(page, ',' ORDER BY id) FROM notes"), "1,three");
    site.database.execute("UPDATE notes SET page = '3' WHERE id = 3; INSERT INTO notes VALUES (4, '4')");
    site.migrate(&site.database.url);
    assert_eq!(site.value("SELECT string_agg(concat(id, '=', page), ',' ORDER BY id) FROM notes"), "1=1,2=,3=3,4=4");
    site.is_same();
}

#[test]
fn the_way_by_a_new_column_is_offered_where_there_is_one() {
    let toml = "[table.notes]\nprimary_key = [\"id\"]\ncolumn.id = \"integer\"\ncolumn.text = \"text\"\n\n\
                [table.logs]\npartition_by = \"range (at)\"\ncolumn.at = \"date\"\ncolumn.size = \"integer\"\n";
    let site = Site::new(18, toml);
    site.database.execute(
        "CREATE TABLE logs_all PARTITION OF logs DEFAULT; INSERT INTO logs VALUES ('2026-01-01', 1); \
         INSERT INTO notes VALUES (1, 'a')",
    );
    site.declare(&toml.replace("\"integer\"", "\"bigint\""));
    let diff = |args: &[&str]| site.run(&site.database.url, &[&["diff"], args].concat());
    let run = diff(&["--write", "wider"]);
    assert_eq!(run.code, 3, "{run}");
    let offer = "hint: if that is meant, pass `--allow rewrites_table`; a table in use is not written again with \
                 `--expand notes.id`\n";
    assert!(run.stderr.contains(offer), "{run}");
    let run = diff(&["--write", "wider", "--expand", "all"]);
    assert_eq!(run.code, 3, "{run}");
    assert!(
        run.stderr.contains("`logs.size` is changed where it stands: some of its partitions are left to somebody"),
        "{run}"
    );
    assert!(run.stderr.contains("instead, declare a column of the new type under another name beside it"), "{run}");
    assert!(!run.stderr.contains("`notes.id`: integer becomes bigint (every row"), "{run}");
    let run = diff(&["--expand", "notes.text"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(run.stderr.contains("hint: those that do are `notes.id`, `logs.size`"), "{run}");
    assert_eq!(diff(&["--expand", "all", "--offline"]).code, 1);
}
