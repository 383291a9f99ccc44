//! A folder that somebody wrote by hand, and a database that went on.

use crate::support::{Project, TestDatabase, server};

/// Written with care.
const HAND: &str = r#"# Everything about notes.

[enum.mood]  # how it feels
values = [
    "good",   # the best
    "bad",
]

[policy_set.tenant]
select.using = "{tenant} = 1"
insert.check = "{tenant} = 1"
update.using = "{tenant} = 1"
delete.using = "{tenant} = 1"

# Notes belong to tenants.
[table.notes]
primary_key = ['id']   # a literal
row_security = "force"
policies = { set = "tenant", tenant = "tenant_id" }

# In the order in which they are shown.
[table.notes.column]
id        = "int"
tenant_id = { type = 'INT', not_null = true } # whose it is
# what it says
body      = { type = "varchar(20)", not_null = true, default = "''" }
mood      = "mood"
state     = { type = "text", check = "state in ('open', 'done')" } # in my own words

[table.notes.index]
notes_body_idx = { on = ["body"], where = "body<>''" } # fast

# The last one.
[table.tags.column]
name = { type = "text", unique = true }
note = { type = "int", references = "notes", on_delete = "cascade" }
"#;

struct Bench {
    project: Project,
    database: TestDatabase,
}

impl Bench {
    fn new() -> Self {
        let bench = Self { project: Project::new(), database: server(18).database("pull") };
        bench.project.write("schema/app.toml", HAND);
        bench.dbtool(0, &["diff", "--write", "first", "--allow", "all"]);
        bench.dbtool(0, &["migrate"]);
        bench
    }

    fn dbtool(&self, code: i32, args: &[&str]) -> crate::support::Run {
        let run = self.project.dbtool_at(&self.database.url, args);
        assert_eq!(run.code, code, "{args:?}: {run}");
        run
    }

    /// Changes the database, pulls, and gives back the file; the next diff is empty and another pull changes nothing.
    fn after(&self, sql: &str) -> String {
        self.database.execute(sql);
        self.dbtool(0, &["pull"]);
        let text = self.project.read("schema/app.toml");
        let left = self.project.dbtool_at(&self.database.url, &["diff"]);
        assert_eq!(left.code, 0, "{left}\n{text}");
        let again = self.dbtool(0, &["pull"]);
        assert!(!again.stderr.contains("changed\n") || again.stderr.contains(" unchanged\n"), "{again}");
        assert_eq!(self.project.read("schema/app.toml"), text);
        text
    }
}

#[test]
fn nothing_changes_where_nothing_differs() {
    let bench = Bench::new();
    assert_eq!(bench.after(""), HAND);
    let run = bench.dbtool(0, &["pull"]);
    assert_eq!(run.stderr, "files: 1 unchanged\n");
}

#[test]
fn what_the_author_wrote_stays() {
    let bench = Bench::new();
    let text = bench.after("ALTER TABLE notes ADD COLUMN at timestamptz NOT NULL DEFAULT now()");
    let line = "state     = { type = \"text\", check = \"state in ('open', 'done')\" } # in my own words\n";
    let at = "at        = { type = \"timestamptz\", not_null = true, default = \"now()\" }\n";
    assert_eq!(text, HAND.replace(line, &format!("{line}{at}")));
    let text = bench.after(
        "ALTER TABLE notes DROP COLUMN at, ALTER COLUMN body TYPE varchar(40), ALTER COLUMN tenant_id DROP NOT NULL",
    );
    let expected =
        HAND.replace("varchar(20)", "varchar(40)").replace("{ type = 'INT', not_null = true }", "{ type = 'INT' }");
    assert_eq!(text, expected);
    // The index is about a text now, in the author's words still.
    let text = bench.after("ALTER TABLE notes ALTER COLUMN body TYPE text, ALTER COLUMN body SET DEFAULT ''");
    assert_eq!(text, expected.replace("varchar(40)", "text"));
    let text =
        bench.after("ALTER TYPE mood ADD VALUE 'ugly'; COMMENT ON TABLE tags IS 'words'; DROP INDEX notes_body_idx");
    assert!(text.contains("    \"good\",   # the best\n    \"bad\", \"ugly\"") || text.contains("\"ugly\""), "{text}");
    assert!(!text.contains("[table.notes.index]") && text.contains("comment = \"words\""), "{text}");
    assert!(text.contains("# The last one.\n") && text.contains("# Everything about notes.\n"), "{text}");
}

#[test]
fn constraints_follow_where_they_stand() {
    let bench = Bench::new();
    let text = bench.after(
        "ALTER TABLE tags DROP CONSTRAINT tags_note_fkey, ADD FOREIGN KEY (note) REFERENCES notes ON DELETE SET NULL; \
         ALTER TABLE notes ADD UNIQUE (body), ADD CONSTRAINT odd CHECK (id > 0), DROP CONSTRAINT notes_state_check",
    );
    assert!(text.contains("note = { type = \"int\", references = \"notes\", on_delete = \"set null\" }\n"), "{text}");
    assert!(text.contains("default = \"''\", unique = true }\n") && text.contains("odd = \"id > 0\"\n"), "{text}");
    assert!(text.contains("state     = { type = \"text\" } # in my own words\n"), "{text}");
    let text = bench.after("ALTER TABLE tags RENAME CONSTRAINT tags_name_key TO other");
    assert!(text.contains("name = { type = \"text\" }\n") && text.contains("other = [\"name\"]\n"), "{text}");
}

#[test]
fn policies_leave_a_set_that_no_longer_says_them() {
    let bench = Bench::new();
    let text = bench.after("ALTER POLICY notes_select ON notes USING (tenant_id = 2)");
    assert!(!text.contains("policies =") && text.contains("[policy_set.tenant]"), "{text}");
    assert_eq!(text.matches("[table.notes.policy.").count(), 4, "{text}");
    let text = bench.after("ALTER TABLE notes NO FORCE ROW LEVEL SECURITY; DROP POLICY notes_insert ON notes");
    assert!(text.contains("row_security = \"on\"") && !text.contains("notes_insert"), "{text}");
}

#[test]
fn tables_come_and_go_with_their_files() {
    let bench = Bench::new();
    let text = bench.after("CREATE TABLE \"Plan\" (id int PRIMARY KEY); DROP TABLE tags; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'");
    assert_eq!(text, &HAND[..HAND.find("\n# The last one.").unwrap()]);
    assert!(bench.project.read("schema/shared.toml").contains("[function.f]\n"));
    assert!(bench.project.read("schema/Plan.toml").starts_with("[table.Plan]\n"));
    bench.database.execute("DROP TABLE \"Plan\"");
    let run = bench.dbtool(0, &["pull"]);
    assert!(run.stderr.contains("schema/Plan.toml: removed\n"), "{run}");
    assert!(!bench.project.path().join("schema/Plan.toml").exists());
    let text = bench.after("DROP TABLE notes; DROP TYPE mood; DROP FUNCTION f()");
    assert!(text.contains("[policy_set.tenant]"), "{text}");
}

#[test]
fn a_folder_that_does_not_parse_is_left_alone() {
    let bench = Bench::new();
    let broken = format!("{HAND}[table.x\n");
    bench.project.write("schema/app.toml", &broken);
    bench.database.execute("CREATE TABLE other (id int)");
    let run = bench.dbtool(1, &["pull"]);
    assert!(run.stderr.starts_with("error: schema/app.toml:"), "{run}");
    assert_eq!(bench.project.read("schema/app.toml"), broken);
    assert!(!bench.project.path().join("schema/other.toml").exists());
    // Elsewhere nothing is in the way.
    bench.dbtool(0, &["pull", "--out", "fresh/schema"]);
    assert!(bench.project.read("fresh/schema/other.toml").contains("[table.other.column]\nid = \"integer\"\n"));
}

#[test]
fn line_ends_and_what_is_out_of_scope_stay() {
    let bench = Bench::new();
    bench.project.write("schema/app.toml", &HAND.replace('\n', "\r\n"));
    bench
        .project
        .write("schema/other.toml", "[table.\"billing.x\".column]\nid = \"int\"\n[table.tmp_x.column]\nid = \"int\"\n");
    bench.project.write("dbtool.toml", "namespaces = [\"public\"]\nignore = [\"tmp_*\"]\n");
    bench.database.execute("ALTER TABLE notes ADD COLUMN more int");
    bench.dbtool(0, &["pull"]);
    let text = bench.project.read("schema/app.toml");
    assert_eq!(
        text,
        HAND.replace("# in my own words\n", "# in my own words\nmore      = \"integer\"\n").replace('\n', "\r\n")
    );
    assert!(bench.project.read("schema/other.toml").contains("billing.x"));
}

#[test]
fn what_is_not_managed_is_named() {
    let bench = Bench::new();
    bench
        .database
        .execute("CREATE STATISTICS s ON id, tenant_id FROM notes; CREATE STATISTICS s2 ON id, mood FROM notes");
    let run = bench.dbtool(0, &["pull"]);
    assert!(run.stderr.contains("unmanaged, never altered: 2 statistics objects\n"), "{run}");
    let entries = std::fs::read_dir(bench.project.path().join("schema")).unwrap().count();
    assert_eq!(entries, 1, "something was left beside the files");
}

#[test]
fn a_schema_that_nobody_declares_gets_a_comment() {
    let bench = Bench::new();
    bench.database.execute("CREATE SCHEMA billing; CREATE TABLE billing.invoices (id int)");
    bench.dbtool(0, &["pull"]);
    assert!(!bench.project.path().join("schema/shared.toml").exists(), "a table brings its schema along");
    bench.database.execute("COMMENT ON SCHEMA billing IS 'Money'; COMMENT ON SCHEMA public IS 'The rest'");
    bench.dbtool(2, &["diff"]);
    bench.dbtool(0, &["pull"]);
    let shared = bench.project.read("schema/shared.toml");
    for said in ["[schema.billing]\ncomment = \"Money\"\n", "[schema.public]\ncomment = \"The rest\"\n"] {
        assert!(shared.contains(said), "no `{said}` in {shared}");
    }
    bench.dbtool(0, &["diff"]);
    bench.database.execute("COMMENT ON SCHEMA billing IS NULL; COMMENT ON SCHEMA public IS 'standard public schema'");
    bench.dbtool(0, &["pull"]);
    bench.dbtool(0, &["diff"]);
}

#[test]
fn a_new_table_uses_the_set_that_its_policies_are() {
    let bench = Bench::new();
    let table = |name: &str, check: &str| {
        let policy =
            |command: &str, text: &str| format!("CREATE POLICY {name}_{command} ON {name} FOR {command} {text};");
        let select = policy("select", "USING (owner = 1)") + &policy("insert", "WITH CHECK (owner = 1)");
        let update = policy("update", &format!("USING (owner = 1) {check}")) + &policy("delete", "USING (owner = 1)");
        format!("CREATE TABLE {name} (id int, owner int); {select} {update}")
    };
    bench.after(&table("like_it", ""));
    let text = bench.project.read("schema/like_it.toml");
    assert!(text.contains("policies = { set = \"tenant\", tenant = \"owner\" }\n"), "{text}");
    assert!(!text.contains("policy."), "{text}");
    // One that checks what it writes is not the same.
    bench.after(&table("unlike", "WITH CHECK (owner > 1)"));
    let text = bench.project.read("schema/unlike.toml");
    assert!(!text.contains("policies =") && text.contains("[table.unlike.policy"), "{text}");
}
