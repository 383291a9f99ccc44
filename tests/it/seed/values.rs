//! What is planted: values, keys, tenants, files of rows, and the second run.

use super::{ACME, MANY, NOTES, Seeding};

const KINDS: &str = r#"
[extension.vector]
[enum.mood]
values = ["good", "bad"]
[table.kinds]
primary_key = ["id"]
[table.kinds.column]
id      = "integer"
word    = "text"
doc     = "jsonb"
words   = "text[]"
numbers = "integer[]"
mood    = { type = "mood", not_null = true }
at      = "timestamptz"
local   = "timestamp"
day     = "date"
price   = "numeric(10,2)"
spot    = "vector(3)"
four    = "uuid"
doubled = { type = "integer", generated = "id * 2" }
[table.counted]
primary_key = ["id"]
column.id = { type = "integer", identity = "by default" }
column.word = { type = "text", unique = true }
"#;

#[test]
fn every_kind_of_value() {
    let seeding = Seeding::new(18, KINDS);
    seeding.seed("embedding.json", "[\n  0.5, 0.25,\n  0.125\n]\n");
    seeding.seed(
        "kinds.toml",
        r#"
[table.kinds.row.one]
id      = 1
word    = "{n} it's \\ \t \"quoted\"\nover lines, \\N"
doc     = { a = [1, 2.50, true, { b = "ü" }], when = 2026-01-02 }
words   = ["a", "b \"c\" \\", "", "NULL"]
numbers = [[1, 2], [3, 4]]
mood    = "good"
at      = 2026-01-31T10:00:00+02:00
local   = { time = "2026-01-31T10:00:00 + 1 month" }
day     = 2026-02-03
price   = 1.50
spot    = { file = "embedding.json" }
four    = { uuid = "v4" }

[table.kinds.row.two]
id    = { sql = "40 + 2" }
word  = { sql = "upper('computed ' || mood)" }
doc   = { json = { sql = "no expression" } }
mood  = "bad"
spot  = [1, 2, 3]

[table.kinds]
key = ["mood"]
"#,
    );
    seeding.plant();
    let row = |id: u32| {
        seeding.database.query_text(&format!(
            "SELECT word, doc, words, numbers, mood, at, local, day, price, spot, doubled FROM kinds WHERE id = {id}"
        ))[0]
            .join(" | ")
    };
    let one = "{n} it's \\ \t \"quoted\"\nover lines, \\N | {\"a\": [1, 2.50, true, {\"b\": \"ü\"}], \"when\": \"2026-01-02\"} | \
               {a,\"b \\\"c\\\" \\\\\",\"\",\"NULL\"} | {{1,2},{3,4}} | good | 2026-01-31 08:00:00+00 | 2026-02-28 10:00:00 | \
               2026-02-03 | 1.50 | [0.5,0.25,0.125] | 2";
    assert_eq!(row(1), one);
    assert_eq!(
        row(42),
        "COMPUTED BAD | {\"sql\": \"no expression\"} | NULL | NULL | bad | NULL | NULL | NULL | NULL | [1,2,3] | 84"
    );
    assert!(seeding.plant().stderr.contains("2 unchanged"));
}

#[test]
fn a_second_run_leaves_updates_or_inserts_as_it_is_told() {
    let seeding = Seeding::new(16, NOTES);
    seeding.seed("demo.toml", ACME);
    seeding.plant();
    let id = seeding.value("SELECT id FROM tenants");
    let again = |mode: &str, said: &str| {
        let text = ACME.replace("key = [\"tenant_id\", \"body\"]", &format!("key = [\"id\"]\nmode = \"{mode}\""));
        let text = text.replace(
            "tenant_id = { ref = \"acme\" }\nbody      = \"hello\"",
            "id = 1\ntenant_id = { ref = \"acme\" }\nbody = \"changed\"",
        );
        seeding.seed("demo.toml", &text);
        let run = seeding.run(&["seed"]);
        assert!(run.stderr.contains(said), "{run}");
        (run.code, seeding.value("SELECT string_agg(body, ' ' ORDER BY id) FROM notes"))
    };
    assert_eq!(again("leave", "nothing had to be changed"), (0, "hello".into()));
    assert_eq!(again("upsert", "notes    1 updated"), (0, "changed".into()));
    assert_eq!(again("upsert", "nothing had to be changed"), (0, "changed".into()));
    assert_eq!(again("insert", "duplicate key").0, 1);
    assert_eq!(seeding.value("SELECT id FROM tenants"), id, "what is drawn is drawn once");
    seeding.all_closed();
}

#[test]
fn what_is_drawn_is_shown_once_and_as_it_is() {
    let seeding = Seeding::new(18, &format!("{KINDS}{NOTES}"));
    let secret = |letter: &str| {
        format!(
            "secret.key = {{ token = \"{letter}_\", bytes = 4 }}\n[table.counted.row.{letter}]\nid = {{ sql = \"ascii('{letter}')\" }}\nword = \"{letter}\"\n[table.counted]\nkey = [\"word\"]\n[table.tenants.row.{letter}]\nname = {{ secret = \"key\" }}\n[table.tenants]\nmode = \"insert\"\n"
        )
    };
    seeding.seed("a.toml", &secret("a")).seed("b.toml", &secret("b"));
    let many = r#"
secret.shared = { token = "s_", bytes = 4 }
[table.kinds.rows.many]
repeat = 3
column.id = { cycle = [1, 2, 3] }
column.mood = "good"
column.word = { pick = [{ token = "x_", bytes = 4 }, { token = "y_", bytes = 4 }] }
column.words = ["{n}", "{{n}}"]
column.doc = { "k{n}" = { sha = "{n}" } }
[table.kinds.row.four]
id = 4
mood = "bad"
word = { sha256 = { secret = "shared" } }
[table.kinds]
key = ["id"]
"#;
    seeding.seed("many.toml", many);
    let run = seeding.plant();
    let shown: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(shown.len(), 2 + 3 + 1, "{run}");
    for line in &shown {
        let (name, value) = line.split_once(" = ").unwrap();
        let planted = match name {
            "a/key" | "b/key" => seeding.value(&format!("SELECT count(*) FROM tenants WHERE name = '{value}'")),
            "shared" => {
                seeding.value(&format!("SELECT count(*) FROM kinds WHERE word = encode(sha256('{value}'), 'hex')"))
            }
            _ => seeding.value(&format!("SELECT count(*) FROM kinds WHERE word = '{value}'")),
        };
        assert_eq!(planted, "1", "{line}");
    }
    assert_eq!(seeding.value("SELECT words::text || doc FROM kinds WHERE id = 2"), r#"{2,"{n}"}{"k2": {"sha": "2"}}"#);
}

#[test]
fn what_says_no_tenant_is_nobodys() {
    let schema = NOTES.replace(
        "body      = {",
        "by_whom   = { type = \"text\", default = \"current_setting('app.tenant', true)\" }\nbody      = {",
    );
    let seeding = Seeding::new(18, &schema);
    seeding.seed("a.toml", ACME);
    let id = "00000000-0000-0000-0000-00000000000b";
    seeding.seed("b.toml", &format!("[table.notes.row.other]\ntenant_id = \"{id}\"\nbody = \"b\"\n[table.notes]\nkey = [\"body\"]\n[table.tenants.row.b]\nid = \"{id}\"\nname = \"B\"\n"));
    seeding.plant();
    assert_eq!(seeding.value("SELECT string_agg(coalesce(by_whom, 'none'), ' ') FROM notes WHERE body = 'b'"), "");
}

#[test]
fn an_update_changes_what_differs_in_any_bit() {
    let schema = "[table.fine]\nprimary_key = [\"id\"]\ncolumn.id = \"integer\"\ncolumn.n = \"numeric\"\ncolumn.j = \"jsonb\"\ncolumn.i = \"interval\"\ncolumn.d = \"json\"\n";
    let seeding = Seeding::new(18, schema);
    let seed = |n: &str, i: &str| {
        format!(
            "[table.fine]\nmode = \"upsert\"\n[table.fine.row.a]\nid = 1\nn = {n}\nj = {{ a = {n} }}\ni = \"{i}\"\nd = [{n}]\n"
        )
    };
    for (n, i) in [("1.0", "30 days"), ("1.00", "30 days"), ("1.00", "1 month")] {
        seeding.seed("a.toml", &seed(n, i));
        assert!(!seeding.plant().stderr.contains("unchanged"));
        assert!(seeding.plant().stderr.contains("1 unchanged"));
        assert_eq!(seeding.value("SELECT n || ' ' || j || ' ' || d FROM fine"), format!("{n} {{\"a\": {n}}} [{n}]"));
    }
}

#[test]
fn delimiters_and_rows_of_nothing_but_defaults() {
    let seeding = Seeding::new(18, KINDS);
    seeding.seed(
        "a.toml",
        "[table.counted]\nmode = \"insert\"\nfile = \"c.csv\"\ndelimiter = \";\"\n[table.counted.row.empty]\n",
    );
    seeding.seed("c.csv", "id;word\n5;a,b\n");
    seeding.plant();
    assert_eq!(seeding.value("SELECT string_agg(coalesce(word, 'none'), ' ' ORDER BY id) FROM counted"), "a,b none");
    std::fs::remove_file(seeding.project.path().join("seeds/c.csv")).unwrap();
    seeding
        .seed("a.toml", "[table.counted]\nmode = \"insert\"\n[table.counted.rows.x]\nrepeat = 9223372036854775807\n");
    let run = seeding.run(&["seed"]);
    seeding.fails(1, &run, &["seeds/a.toml:3:", "are too many"]);
    assert!(seeding.run(&["seed", "--dry-run"]).code == 0);
}

#[test]
fn sequences_follow_what_was_given() {
    let seeding = Seeding::new(18, KINDS);
    seeding
        .seed("a.toml", "[table.counted.row.a]\nid = 41\nword = \"a\"\n[table.counted.row.b]\nid = 7\nword = \"b\"\n");
    seeding.seed("counted.csv", "id,word\n100,c\n");
    seeding.plant();
    let next = "INSERT INTO counted (word) VALUES ('next') RETURNING id";
    assert_eq!(seeding.value(next), "101");
    seeding.plant();
    seeding.database.execute("DELETE FROM counted WHERE word = 'next'");
    assert_eq!(seeding.value(next), "102", "a second run moves nothing back");
}

#[test]
fn the_same_seed_value_gives_the_same_rows() {
    let text = r#"
[table.kinds.rows.many]
repeat = 6
column.id = { sql = "nextval('ids')" }
column.word = { token = "t_", bytes = 4 }
column.mood = { pick = ["good", "bad"] }
column.numbers = { sql = "ARRAY[1]" }
column.price = { between = [1, 100] }
column.four = { uuid = "v4" }
column.spot = { unit_vector = "{n}" }
[table.kinds]
mode = "insert"
"#;
    let rows = |seed_value: &str| {
        let seeding = Seeding::new(18, &format!("{KINDS}{NOTES}\n[sequence.ids]\n"));
        seeding.seed("many.toml", &format!("{MANY}{text}"));
        let run = seeding.run(&["seed", "--seed-value", seed_value]);
        assert_eq!(run.code, 0, "{run}");
        let of = |sql: &str| seeding.database.query_text(sql);
        let parents = "SELECT bool_and(t.name = 'tenant ' || split_part(body, ' ', 3)), count(*), max(split_part(body, ' ', 2)) FROM notes n JOIN tenants t ON t.id = n.tenant_id";
        assert_eq!(of(parents), [["t", "15", "3"]]);
        [
            of("SELECT * FROM tenants ORDER BY name"),
            of("SELECT * FROM notes ORDER BY body"),
            of("SELECT * FROM kinds ORDER BY id"),
        ]
    };
    let first = rows("7");
    assert_eq!(first, rows("7"));
    assert_ne!(first, rows("8"));
}

#[test]
fn files_of_rows_are_found_again_too() {
    let seeding = Seeding::new(18, &format!("{KINDS}{NOTES}"));
    seeding.seed(
        "demo.toml",
        &format!("{ACME}\n[table.kinds]\nfile = [\"more.csv\", \"lines.jsonl\"]\nmode = \"upsert\"\nnull = \"-\"\n"),
    );
    seeding.seed("more.csv", "id,word,mood,spot,words\n1,,good,\"[1,2,3]\",\"{a,b}\"\n2,\"-\",bad,-,-\n");
    seeding
        .seed("lines.jsonl", "{\"id\": 3, \"mood\": \"good\", \"doc\": {\"a\": [1]}, \"words\": [\"x\", \"y z\"]}\n");
    assert!(seeding.plant().stderr.contains("kinds    3 inserted"));
    assert!(seeding.plant().stderr.contains("nothing had to be changed"));
    let rows =
        seeding.database.query_text("SELECT id, coalesce(word, 'null'), spot, words, doc FROM kinds ORDER BY id");
    assert_eq!(rows[0], ["1", "", "[1,2,3]", "{a,b}", "NULL"]);
    assert_eq!(rows[1], ["2", "-", "NULL", "NULL", "NULL"]);
    assert_eq!(rows[2], ["3", "null", "NULL", "{x,\"y z\"}", "{\"a\": [1]}"]);
    seeding.seed(
        "more.csv",
        "id,word,mood,spot,words\n1,changed,good,\"[1,2,3]\",\"{a,b}\"\n2,\"-\",bad,-,-\n4,new,bad,-,-\n",
    );
    assert!(seeding.plant().stderr.contains("kinds    1 inserted, 1 updated, 2 unchanged"));
}

#[test]
fn each_row_of_a_file_can_have_its_own_tenant() {
    let schema = NOTES.replace(
        "body      = {",
        "by_whom   = { type = \"text\", default = \"current_setting('app.tenant', true)\" }\nbody      = {",
    );
    let seeding = Seeding::new(18, &schema);
    let (a, b) = ("00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b");
    seeding.seed("a.toml", "tenant = { column = \"id\" }\n[table.tenants]\nfile = \"tenants.csv\"\n[table.notes]\nfile = \"notes.csv\"\ntenant = { column = \"tenant_id\" }\nkey = [\"tenant_id\", \"body\"]\n");
    seeding.seed("tenants.csv", &format!("id,name\n{a},A\n{b},B\n"));
    seeding.seed("notes.csv", &format!("tenant_id,body\n{a},1\n{b},2\n{a},3\n"));
    let run = seeding.run(&["seed", "--no-bypass"]);
    assert!(run.code == 0 && run.stderr.contains("notes    3 inserted"), "{run}");
    assert_eq!(seeding.value("SELECT bool_and(by_whom = tenant_id::text) FROM notes"), "t");
    seeding.all_closed();
}

#[test]
fn dev_plants_what_is_for_development() {
    let project = crate::support::Project::with_server_programs();
    project.write("schema/app.toml", NOTES);
    project.write("dbtool.toml", "tenant_setting = 'app.tenant'\n");
    project.write(
        "seeds/demo.toml",
        &format!(
            "environments = [\"development\"]\n{}",
            ACME.replace("\"hello\"", "{ token = \"t_\" }")
                .replace("key = [\"tenant_id\", \"body\"]", "key = [\"tenant_id\"]")
        ),
    );
    assert_eq!(project.dbtool(&["dev"]).code, 2);
    assert_eq!(project.dbtool(&["diff", "--write", "first"]).code, 0);
    let first = project.dbtool(&["dev"]);
    assert!(
        first.code == 0 && first.stderr.contains("2 rows planted") && first.stderr.contains("notes.first.body = t_"),
        "{first}"
    );
    assert_eq!(first.stdout.lines().count(), 1, "{first}");
    let second = project.dbtool(&["dev"]);
    assert!(
        second.code == 0 && second.stderr.contains("the seeds are planted") && !second.stderr.contains("t_"),
        "{second}"
    );
    assert_eq!(project.dbtool(&["seed"]).code, 0, "the database is marked");
}
