//! Bulk rows against real servers: each value as the server itself would read its text, and every refusal with its
//! place.

mod texts;

use std::path::PathBuf;

use dbtool::error::report;
use dbtool::seed::bulk::{Encoder, FileFormat, Rows, Source, check_columns, copy_in, target_columns};
use tokio_postgres::Client;

use self::texts::TEXTS;
use crate::support::{self, TestDatabase};

fn setup(major: u32) -> TestDatabase {
    let database = support::server(major).database("bulk");
    database.execute(
        "CREATE EXTENSION vector; CREATE TYPE mood AS ENUM ('good', 'bad', 'so so'); \
         CREATE DOMAIN short AS varchar(3) CHECK (VALUE <> 'x')",
    );
    database
}

fn write(folder: &tempfile::TempDir, name: &str, text: &[u8]) -> Source {
    let path: PathBuf = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    Source { format: FileFormat::of(&path).unwrap(), path, shown: name.to_owned() }
}

/// What `dbtool seed` will do with a file.
async fn load(client: &Client, source: &Source, table: &str, text: bool) -> anyhow::Result<u64> {
    let reader = source.open()?;
    let columns = target_columns(client, "public", table).await?;
    let columns = check_columns((&source.shown, table), reader.header(), &columns)?;
    let mut rows = Rows::new(source.clone(), reader, ("public", table), &columns);
    if text {
        rows = rows.as_text();
    }
    let statement = rows.statement();
    copy_in(client, &statement, rows).await
}

fn csv_of(texts: &[&str]) -> Vec<u8> {
    let rows: String = texts.iter().map(|text| format!("\"{}\"\n", text.replace('"', "\"\""))).collect();
    format!("v\n{rows}").into_bytes()
}

#[tokio::test]
async fn every_value_is_what_the_server_makes_of_its_text() {
    for major in support::with_vector() {
        let database = setup(major);
        let citext = !database.query_text("SELECT 1 FROM pg_available_extensions WHERE name = 'citext'").is_empty();
        if citext {
            database.execute("CREATE EXTENSION citext");
        }
        let client = database.connect().await;
        let folder = tempfile::tempdir().unwrap();
        let mut wrong = Vec::new();
        for texts in TEXTS.iter().filter(|texts| texts.type_ != "citext" || citext) {
            let type_ = texts.type_;
            client.batch_execute(&format!("DROP TABLE IF EXISTS t; CREATE TABLE t (v {type_})")).await.unwrap();
            let column = &target_columns(&client, "public", "t").await.unwrap()[0];
            assert!(Encoder::new(&column.type_, column.modifier).is_some(), "{type_} goes through text");
            for (taken, text) in texts.taken.iter().map(|t| (true, t)).chain(texts.refused.iter().map(|t| (false, t))) {
                let input = client.query_one(&format!("SELECT $1::text::{type_}::text"), &[text]).await;
                // An explicit cast cuts long texts off, an assignment refuses them.
                let assigned =
                    client.execute(&format!("INSERT INTO t SELECT $1::text::{}", base(type_)), &[text]).await;
                if (input.is_ok() && assigned.is_ok()) != taken {
                    wrong.push(format!("{major}: {type_} {text:?}: the server itself: {input:?}, {assigned:?}"));
                }
                client.batch_execute("TRUNCATE t").await.unwrap();
                let source = write(&folder, "t.csv", &csv_of(&[text]));
                let loaded = load(&client, &source, "t", false).await;
                match (&loaded, &input, taken) {
                    (Ok(_), Ok(row), true) => {
                        let expected: String = row.get(0);
                        let found: String = client.query_one("SELECT v::text FROM t", &[]).await.unwrap().get(0);
                        if found != expected {
                            wrong.push(format!("{major}: {type_} {text:?} became {found:?}, not {expected:?}"));
                        }
                    }
                    (Err(_), _, false) => {}
                    (result, ..) => {
                        let result = result.as_ref().map_err(report);
                        wrong.push(format!("{major}: {type_} {text:?}: {result:?}, taken: {taken}"));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// Without what an explicit cast would cut or round.
fn base(type_: &str) -> &str {
    match type_ {
        "varchar(3)" | "char(3)" | "short" => "text",
        other => other,
    }
}

/// Numbers of all magnitudes, dates of all centuries: nothing that only a list of cases would miss.
#[tokio::test]
async fn many_values_are_what_the_server_makes_of_their_texts() {
    for major in support::with_vector() {
        let database = setup(major);
        let client = database.connect().await;
        let folder = tempfile::tempdir().unwrap();
        let mut random = 0x9E37_79B9_7F4A_7C15_u64;
        let mut next = move |most: u64| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random % most
        };
        let mut csv = String::from("n,f4,f8,d,ts,tz,h\n");
        for _ in 0..5_000 {
            let digits = |count: u64, next: &mut dyn FnMut(u64) -> u64| -> String {
                (0..count).map(|_| char::from(b'0' + next(10) as u8)).collect()
            };
            let sign = if next(2) == 0 { "-" } else { "" };
            let (count, point, exponent) = (1 + next(30), next(30), next(60) as i64 - 30);
            let whole = digits(count, &mut next);
            let part = digits(point, &mut next);
            let day = format!("{:04}-{:02}-{:02}", 1 + next(9_999), 1 + next(12), 1 + next(28));
            let era = if next(4) == 0 && day.as_str() < "4713" { " BC" } else { "" };
            let clock =
                format!("{:02}:{:02}:{:02}.{}", next(24), next(60), next(60), digits(1 + next(9), &mut { &mut next }));
            let zone = format!("{}{:02}:{:02}", if next(2) == 0 { "-" } else { "+" }, next(16), next(60));
            let small = format!("{sign}{}.{}e{}", next(70_000) % 6_000, next(100_000), next(12) as i64 - 11);
            csv += &format!(
                "{sign}{whole}.{part}e{exponent},{sign}{}.{part}e{exponent},{sign}{whole}.{part}e{exponent},\
                 {day}{era},{day} {clock}{era},{day} {clock}{zone}{era},[{small}]\n",
                &whole[..whole.len().min(7)]
            );
        }
        let source = write(&folder, "t.csv", csv.as_bytes());
        for table in ["ours", "theirs"] {
            database.execute(&format!(
                "CREATE TABLE {table} (n numeric, f4 real, f8 double precision, d date, ts timestamp, tz timestamptz, \
                 h halfvec)"
            ));
        }
        let result = load(&client, &source, "ours", false).await.map_err(|error| report(&error));
        assert_eq!(result, Ok(5_000), "{major}");
        load(&client, &source, "theirs", true).await.unwrap();
        let differ = "SELECT * FROM (SELECT t::text FROM ours t EXCEPT ALL SELECT t::text FROM theirs t) x LIMIT 3";
        assert_eq!(database.query_text(differ), Vec::<Vec<String>>::new(), "{major}");
    }
}

const ITEMS: &str = "CREATE TABLE items (id bigint PRIMARY KEY, tag text[], meta jsonb, spot vector(3), span interval, \
                     price numeric(6,2) CHECK (price > 0), twice numeric GENERATED ALWAYS AS (price * 2) STORED)";

#[tokio::test]
async fn both_formats_both_files_and_a_leading_column() {
    for major in support::with_vector() {
        let database = setup(major);
        database.execute(ITEMS);
        let client = database.connect().await;
        let folder = tempfile::tempdir().unwrap();
        let csv =
            "id,tag,meta,spot,price\n1,\"{a,\"\"b\nc\"\"}\",\"{\"\"k\"\": \"\"\\t\"\"}\",\"[1,2,3]\",1.5\n2,,,,\n";
        let jsonl = "{\"id\":1,\"tag\":[\"a\",\"b\\nc\"],\"meta\":{\"k\":\"\\t\"},\"spot\":[1,2,3],\"price\":1.5}\n{\"id\":2}\n";
        let mut seen = Vec::new();
        for (name, text) in [("t.csv", csv), ("t.jsonl", jsonl)] {
            let source = write(&folder, name, text.as_bytes());
            for as_text in [false, true] {
                client.batch_execute("TRUNCATE items").await.unwrap();
                assert_eq!(load(&client, &source, "items", as_text).await.unwrap(), 2);
                seen.push(database.query_text("SELECT * FROM items ORDER BY id"));
            }
        }
        assert_eq!(seen[0][0], ["1", "{a,\"b\nc\"}", "{\"k\": \"\\t\"}", "[1,2,3]", "NULL", "1.50", "3.00"]);
        assert!(seen.iter().all(|rows| *rows == seen[0]), "{seen:?}");
        let long = "tab\tné\n\\".repeat(300_000);
        let source = write(
            &folder,
            "long.csv",
            format!("id,tag\n1,\"{{\"\"{}\"\"}}\"\n2,\n", long.replace('\\', "\\\\")).as_bytes(),
        );
        for as_text in [false, true] {
            client.batch_execute("TRUNCATE items").await.unwrap();
            assert_eq!(load(&client, &source, "items", as_text).await.unwrap(), 2);
            let found: String = client.query_one("SELECT tag[1] FROM items WHERE id = 1", &[]).await.unwrap().get(0);
            assert!(found == long, "{} bytes, not {}", found.len(), long.len());
        }
        // A type that only the server reads sends everything as text.
        let source = write(&folder, "span.csv", b"id,span\n3,\"1 day\n 2 hours\"\n");
        assert_eq!(load(&client, &source, "items", false).await.unwrap(), 1);
        let text = database.query_text("SELECT span FROM items WHERE id = 3");
        assert_eq!(text, [["1 day 02:00:00"]]);
        client.batch_execute("CREATE TEMPORARY TABLE staging (ordinal bigint, id bigint, tag text[])").await.unwrap();
        for as_text in [false, true] {
            let source = write(&folder, "t.jsonl", b"{\"id\":7,\"tag\":[]}\n{\"id\":8}\n");
            let reader = source.open().unwrap();
            let columns = target_columns(&client, "public", "items").await.unwrap();
            let columns = check_columns(("t.jsonl", "items"), reader.header(), &columns).unwrap();
            let rows = Rows::new(source, reader, ("", "staging"), &columns).with_lead(&["ordinal"], |record, cells| {
                cells.bigint(record.number().cast_signed() + 100);
                Ok(())
            });
            let rows = if as_text { rows.as_text() } else { rows };
            assert_eq!(rows.is_binary(), !as_text);
            let statement = rows.statement();
            assert_eq!(copy_in(&client, &statement, rows).await.unwrap(), 2);
        }
        let found = client.query_one("SELECT string_agg(s::text, ' ' ORDER BY ordinal) FROM staging s", &[]).await;
        let found: String = found.unwrap().get(0);
        assert_eq!(found, "(101,7,{}) (101,7,{}) (102,8,) (102,8,)");
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_with_its_place_and_writes_nothing() {
    let database = setup(18);
    database.execute(ITEMS);
    let mut client = database.connect().await;
    let folder = tempfile::tempdir().unwrap();
    let good: String = (10..2_000).map(|id| format!("{id},\"two\nlines\",1\n")).collect();
    let vectors: String = (0..49_998).map(|id| format!("{id},\"[1,2,3]\"\n")).collect();
    for (name, text, as_text, expected) in [
        // The client's own.
        (
            "v.csv",
            format!("id,spot\n{vectors}50000,\"[1,2]\"\n"),
            false,
            "v.csv:50000:7: column `spot`: expected 3 dimensions, not 2\n",
        ),
        (
            "n.csv",
            "id,price\n1,2\n2,x\n".to_owned(),
            false,
            "n.csv:3:3: column `price`: `x` is no numeric\n  |\n3 | 2,x\n  |   ^",
        ),
        ("q.csv", "id,price\n1,2\n2,\"3\n".to_owned(), false, "q.csv:3:3: the quote that opens here is never closed"),
        (
            "u.jsonl",
            "{\"id\":1}\n{\"id\":2,\"pric\":1}\n".to_owned(),
            false,
            "u.jsonl:2:9: key `pric` is not one of the first line",
        ),
        ("x.csv", "id,span,price\n1,1 day,x\n".to_owned(), false, "x.csv:2:9: column `price`: `x` is no numeric"),
        // The server's, in both formats.
        (
            "c.csv",
            format!("id,tag,price\n{}5,,-1\n", good.replace("\"two\nlines\"", "\"{\"\"two\nlines\"\"}\"")),
            false,
            "c.csv:3982:1: the server refuses this row",
        ),
        ("k.csv", "id,price\n1,2\n1,3\n".to_owned(), false, "k.csv:3:1: the server refuses this row"),
        (
            "p.csv",
            "id,price\n1,2\n2,123456\n".to_owned(),
            false,
            "p.csv:3:3: the server refuses column `price` of this row",
        ),
        (
            "i.csv",
            "id,span\n1,1 day\n2,\"1\n x\"\n3,1 day\n".to_owned(),
            false,
            "i.csv:3:3: the server refuses column `span` of this row",
        ),
        (
            "j.csv",
            "id,price\n1,\"2\n\"\n,3\n".to_owned(),
            false,
            "j.csv:4:1: the server refuses column `id` of this row",
        ),
        (
            "j.jsonl",
            "{\"id\":1,\"meta\":{}}\n{\"id\":2,\"meta\":\"\\u0000\"}\n".to_owned(),
            true,
            "j.jsonl:2:16: the server refuses column `meta` of this row",
        ),
        // Before the first row.
        (
            "h.csv",
            "id,pirce\n".to_owned(),
            false,
            "h.csv:1: table `items` has no column `pirce`\nhint: did you mean `price`?",
        ),
        ("g.csv", "id,twice\n".to_owned(), false, "g.csv:1: column `twice` of `items` is generated"),
        ("m.csv", "price\n1\n".to_owned(), false, "m.csv:1: column `id` of `items` is missing"),
    ] {
        let source = write(&folder, name, text.as_bytes());
        let transaction = client.transaction().await.unwrap();
        let error = load(transaction.client(), &source, "items", as_text).await.unwrap_err();
        let said = report(&error);
        assert!(said.starts_with(&format!("error: {expected}")), "{said}");
        transaction.rollback().await.unwrap();
    }
    assert_eq!(database.query_text("SELECT count(*) FROM items"), [["0"]]);
}

/// The columns are asked for before a role may need to read the table.
#[tokio::test]
async fn a_role_that_may_only_insert_can_load() {
    let database = setup(16);
    database.execute(ITEMS);
    let role = database.role("writer", "LOGIN");
    database.execute(&format!("GRANT INSERT ON items TO \"{role}\""));
    let (client, connection) = tokio_postgres::connect(&database.url_as(&role), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let folder = tempfile::tempdir().unwrap();
    let source = write(&folder, "t.csv", b"id,price\n1,2\n");
    assert_eq!(load(&client, &source, "items", false).await.unwrap(), 1);
}

/// Random CSV: what is taken is taken by the server, too, and is the same to both.
#[tokio::test]
async fn csv_is_read_as_the_server_reads_it() {
    let database = setup(18);
    database.execute("CREATE TABLE ours (a text, b text); CREATE TABLE theirs (LIKE ours)");
    let client = database.connect().await;
    let folder = tempfile::tempdir().unwrap();
    let pieces = ["a", "é", ",", ",", "\"", "\"", "\"\"", "\n", "\n", "\r\n", "\r", " ", "\\N", "\\."];
    let mut random = 42_u64;
    let mut next = move |most: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % most
    };
    let mut both = 0;
    for _ in 0..1_500 {
        let mut text = String::from("a,b\n");
        for _ in 0..1 + next(4) {
            let fields: Vec<String> =
                (0..2).map(|_| (0..next(4)).map(|_| pieces[next(pieces.len())]).collect()).collect();
            let quoted = next(2) == 0;
            let quote = |field: &String| format!("\"{}\"", field.replace('"', if quoted { "\"\"" } else { "" }));
            let line: Vec<String> = fields.iter().map(|f| if quoted { quote(f) } else { f.clone() }).collect();
            text += &(line.join(",") + "\n");
        }
        client.batch_execute("TRUNCATE ours, theirs").await.unwrap();
        let source = write(&folder, "t.csv", text.as_bytes());
        let ours = load(&client, &source, "ours", false).await;
        let mut sink = Box::pin(client.copy_in("COPY theirs FROM STDIN (FORMAT csv, HEADER true)").await.unwrap());
        futures_util::SinkExt::send(&mut sink, bytes::Bytes::from(text.clone())).await.unwrap();
        let theirs = sink.as_mut().finish().await;
        match (ours, theirs) {
            (Ok(_), Ok(_)) => {
                both += 1;
                let rows = |table: &str| format!("SELECT array_agg(t::text ORDER BY ctid)::text FROM {table} t");
                let ours: Option<String> = client.query_one(&rows("ours"), &[]).await.unwrap().get(0);
                let theirs: Option<String> = client.query_one(&rows("theirs"), &[]).await.unwrap().get(0);
                assert_eq!(ours, theirs, "{text:?}");
            }
            (Ok(_), Err(error)) => panic!("{text:?}: {error:?}"),
            (Err(_), _) => {}
        }
    }
    assert!(both > 300, "only {both} of 1500 are taken");
}
