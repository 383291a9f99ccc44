//! Bad input: one clear error at its place, and nothing is written.

use std::fmt::Write as _;

use super::{ACME, NOTES, Seeding};

/// Plants a file that is wrong; the error has to say all of these.
fn wrong(seeding: &Seeding, name: &str, text: &str, parts: &[&str]) {
    seeding.seed(name, text);
    let run = seeding.run(&["seed"]);
    seeding.fails(1, &run, parts);
    let rows = seeding.value("SELECT (SELECT count(*) FROM tenants) + (SELECT count(*) FROM notes)");
    assert_eq!(rows, "0", "{name} was planted");
    std::fs::remove_file(seeding.project.path().join("seeds").join(name)).unwrap();
}

#[test]
fn in_toml() {
    let seeding = Seeding::new(18, NOTES);
    let check = |from: &str, to: &str, parts: &[&str]| {
        assert!(ACME.contains(from), "{from}");
        wrong(&seeding, "demo.toml", &ACME.replace(from, to), parts);
    };
    check(
        "{ ref = \"acme\" }",
        "{ ref = \"akme\" }",
        &["seeds/demo.toml:8:", "no rows `akme` of `tenants`", "did you mean `acme`?"],
    );
    check("table.notes.row", "table.notse.row", &["the table `notse` is not declared", "did you mean `notes`?"]);
    check("body      =", "boddy     =", &["seeds/demo.toml:9:1:", "no column `boddy`", "did you mean `body`?"]);
    check("\"hello\"", "{ tokn = \"x\" }", &["seeds/demo.toml:9:", "did you mean `token`?"]);
    check("\"hello\"", "{ time = \"soon\" }", &["seeds/demo.toml:9:", "`soon` is no moment"]);
    check("\"hello\"", "\"a\\u0000b\"", &["seeds/demo.toml:9:", "NUL"]);
    check("\"hello\"", "{ secret = \"none\" }", &["there is no secret `none`"]);
    check("\"hello\"", "{ sql = \"1)\" }", &["seeds/demo.toml:9:"]);
    check("\"hello\"", "{ file = \"none.txt\" }", &["seeds/demo.toml:9:", "cannot read `seeds/none.txt`"]);
    let computed = ACME.replace("\"hello\"", "{ sql = \"nonsense(1)\" }").replace("key =", "mode = \"insert\" #");
    wrong(&seeding, "demo.toml", &computed, &["seeds/demo.toml:9:", "function nonsense(integer) does not exist"]);
    check("\"hello\"", "\"bad\"", &["seeds/demo.toml:7:", "violates check constraint", "nothing was written"]);
    check("\"hello\"", "oops", &["seeds/demo.toml:9:"]);
    check(
        "tenant_id = { ref = \"acme\" }",
        "tenant_id = \"no uuid\"",
        &["seeds/demo.toml:8:13", "invalid input syntax for type uuid"],
    );
    check("key = [\"tenant_id\", \"body\"]", "", &["seeds/demo.toml:7:", "could not tell whether", "key = ["]);
    check("key = [\"tenant_id\", \"body\"]", "key = [\"id\"]", &["does not give `id`"]);
}

#[test]
fn rows_that_refer_to_each_other() {
    let tree = format!(
        "{NOTES}\n[table.nodes]\nprimary_key = [\"id\"]\ncolumn.id = \"uuid\"\ncolumn.up = {{ type = \"uuid\", references = \"nodes(id)\" }}\n"
    );
    let seeding = Seeding::new(18, &tree);
    let node = |name: &str, up: &str| {
        format!("[table.nodes.row.{name}]\nid = {{ uuid = \"v5\", name = \"{name}\" }}\nup = {{ ref = \"{up}\" }}\n")
    };
    let circle = node("a", "b") + &node("b", "c") + &node("c", "a");
    wrong(
        &seeding,
        "tree.toml",
        &circle,
        &["seeds/tree.toml:1:", "rows refer to each other in a circle: nodes.a -> nodes.b -> nodes.c -> nodes.a"],
    );
    wrong(&seeding, "tree.toml", &node("a", "a"), &["in a circle: nodes.a -> nodes.a"]);
    // Whatever their order in the file, the rows come after those that they refer to.
    seeding.seed(
        "tree.toml",
        &(node("c", "b") + &node("b", "a") + "[table.nodes.row.a]\nid = { uuid = \"v5\", name = \"a\" }\n"),
    );
    seeding.plant();
    assert_eq!(seeding.value("SELECT count(*) FROM nodes n JOIN nodes u ON u.id = n.up"), "2");
}

#[test]
fn two_rows_with_one_key_or_one_name() {
    let seeding = Seeding::new(18, NOTES);
    let twice = format!("{ACME}[table.notes.row.second]\ntenant_id = {{ ref = \"acme\" }}\nbody = \"hello\"\n");
    wrong(
        &seeding,
        "demo.toml",
        &twice,
        &["seeds/demo.toml:10:", "`notes.first` and `notes.second` have the same `tenant_id, body`"],
    );
    let many = format!(
        "{ACME}[table.notes.rows.many]\nrepeat = 3\n[table.notes.rows.many.column]\ntenant_id = {{ ref = \"acme\" }}\nbody = \"same\"\n"
    );
    wrong(&seeding, "demo.toml", &many, &["rows 1 and 3 of these have the same"]);
    seeding.seed("b.toml", ACME);
    wrong(&seeding, "demo.toml", ACME, &["`notes.first` is there twice"]);
}

/// What no script may say: refused before anything runs.
#[test]
fn in_sql() {
    let seeding = Seeding::new(18, NOTES);
    let first = "INSERT INTO tenants (name) VALUES ('first');\n";
    for (text, said) in [
        ("COMMIT", "`COMMIT` has no place in a seed"),
        ("ROLLBACK", "`ROLLBACK`"),
        ("BEGIN", "`BEGIN`"),
        ("END", "`END`"),
        ("SAVEPOINT a", "`SAVEPOINT`"),
        ("SET ROLE postgres", "`SET ROLE`"),
        ("SET LOCAL ROLE postgres", "`SET ROLE`"),
        ("RESET ROLE", "`RESET ROLE`"),
        ("RESET ALL", "`RESET ALL`"),
        ("SET SESSION AUTHORIZATION postgres", "SESSION AUTHORIZATION"),
        ("SET row_security = off", "`SET row_security`"),
        ("SET LOCAL row_security TO off", "`SET row_security`"),
        ("SET LOCAL session_replication_role = replica", "session_replication_role"),
        ("SELECT set_config('row_security', 'off', true)", "set_config('row_security')"),
        ("SELECT pg_catalog.set_config('ROLE', 'postgres', true)", "set_config('role')"),
        ("ALTER TABLE notes NO FORCE ROW LEVEL SECURITY", "`ALTER TABLE` has no place in a seed"),
        ("DO $$ BEGIN EXECUTE 'ALTER TABLE notes DISABLE ROW LEVEL SECURITY'; END $$", "`ROW LEVEL SECURITY`"),
        ("DO $$ BEGIN COMMIT; END $$", "`COMMIT`"),
        ("DO $$ BEGIN SET ROLE postgres; END $$", "`SET ROLE`"),
        ("CREATE POLICY p ON notes", "`CREATE POLICY`"),
        ("DROP TABLE notes", "`DROP TABLE` has no place in a seed"),
        ("TRUNCATE notes", "`TRUNCATE NOTES`"),
        ("GRANT SELECT ON notes TO public", "`GRANT SELECT`"),
        ("COPY notes FROM STDIN", "`COPY` has no place in a seed"),
        ("SET search_path = x", "write `SET LOCAL`"),
        ("INSERT INTO nowhere VALUES (1)", "the table `nowhere` is not declared"),
        ("INSERT INTO tenants (name) VALUES ('x", "a quoted string is never closed"),
        ("\\i other.sql", "commands of psql"),
        ("SELECT 'a\0b'", "NUL"),
        ("-- dbtool: writs notes\nSELECT 1", "is not known here"),
    ] {
        wrong(&seeding, "x.sql", &format!("{first}  {text};\n"), &["seeds/x.sql:2:", said]);
    }
}

#[test]
fn sql_that_fails_or_does_nothing() {
    let seeding = Seeding::new(18, NOTES);
    let first = "INSERT INTO tenants (name) VALUES ('first');\n";
    wrong(&seeding, "x.sql", &format!("{first}SELECT 1 / 0;"), &["seeds/x.sql:2:", "division by zero"]);
    wrong(
        &seeding,
        "x.sql",
        &format!("{first}SELECT nonsense;"),
        &["seeds/x.sql:2:8", "column \"nonsense\" does not exist"],
    );
    let silent = "UPDATE tenants SET name = 'second' WHERE name = 'nobody';\n";
    wrong(
        &seeding,
        "x.sql",
        &format!("{first}{silent}"),
        &["seeds/x.sql:2:1", "was to write rows and wrote none", "may write nothing"],
    );
    seeding.seed("x.sql", &format!("INSERT INTO tenants (name) VALUES ('first') ON CONFLICT DO NOTHING;\n-- dbtool: may write nothing\n{silent}"));
    seeding.plant();
    assert!(seeding.plant().stderr.contains("nothing had to be changed"));
    assert_eq!(seeding.value("SELECT name FROM tenants"), "first");
}

#[test]
fn in_files_of_rows() {
    let schema = format!(
        "[extension.vector]\n{NOTES}\n[table.chunks]\nprimary_key = [\"id\"]\ncolumn.id = \"bigint\"\ncolumn.embedding = \"vector(3)\"\n"
    );
    let seeding = Seeding::new(18, &schema);
    let count = |seeding: &Seeding| seeding.value("SELECT count(*) FROM chunks");
    let check = |text: &str, parts: &[&str]| {
        wrong(&seeding, "chunks.csv", text, parts);
        assert_eq!(count(&seeding), "0");
    };
    check("id,embedding\n1,\"[1,2,3]\n2,\"[1,2,3]\"\n", &["seeds/chunks.csv:"]);
    check("id,embedding\n1,\"[1,2,3]\"\nx,\"[1,2,3]\"\n", &["seeds/chunks.csv:3:1", "column `id`"]);
    check("id,embedding\n1,\"[1,2,3]\"\n2,\"[1,\0,3]\"\n", &["seeds/chunks.csv:3:", "NUL"]);
    check("id,embeding\n1,\"[1,2,3]\"\n", &["no column `embeding`", "did you mean `embedding`?"]);
    check("id,embedding\n1,\"[1,2,3]\"\n1,\"[1,2,3]\"\n", &["seeds/chunks.csv", "id"]);
    let mut long = "id,embedding\n".to_owned();
    (1..=50_000).for_each(|n| writeln!(long, "{n},\"[{}]\"", if n == 49_999 { "1,2" } else { "1,2,3" }).unwrap());
    check(&long, &["seeds/chunks.csv:50000:7", "column `embedding`", "expected 3 dimensions, not 2"]);
    wrong(&seeding, "chunks.jsonl", "{\"id\": 1}\n{\"id\": 2, \"x\": 3}\n", &["seeds/chunks.jsonl:2:"]);
    wrong(&seeding, "nowhere.csv", "id\n1\n", &["the table `nowhere` is not declared"]);
    // Not broken, and so planted.
    seeding.seed("chunks.csv", &long.replace("[1,2]", "[3,2,1]"));
    seeding.plant();
    assert_eq!(count(&seeding), "50000");
}
