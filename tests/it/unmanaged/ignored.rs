//! `ignore` and `namespaces` of `dbtool.toml`, and `[unmanaged]` of the declaration: what is not ours at all.

use crate::support::{self, Project, Run, TestDatabase};

/// Objects of every kind, in a namespace of theirs and under names of theirs, and some of ours around them.
const NEIGHBOURS: &str = "
    CREATE TABLE notes (id int PRIMARY KEY, body text);
    CREATE SCHEMA audit;
    CREATE TYPE audit.level AS ENUM ('low', 'high');
    CREATE DOMAIN audit.word AS text CHECK (VALUE <> '');
    CREATE TYPE audit.pair AS (a int, b int);
    CREATE SEQUENCE audit.numbers;
    CREATE FUNCTION audit.note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
    CREATE TABLE audit.log (id serial PRIMARY KEY, level audit.level, word audit.word UNIQUE, note int REFERENCES notes,
        CHECK (id > 0), EXCLUDE USING btree (level WITH =));
    CREATE INDEX ON audit.log (level);
    CREATE TRIGGER noting BEFORE INSERT ON audit.log FOR EACH ROW EXECUTE FUNCTION audit.note();
    ALTER TABLE audit.log ENABLE ROW LEVEL SECURITY;
    CREATE POLICY everybody ON audit.log USING (true);
    CREATE VIEW audit.latest AS SELECT * FROM audit.log;
    CREATE MATERIALIZED VIEW audit.counted AS SELECT count(*) AS n FROM audit.log;
    CREATE STATISTICS audit.correlated ON id, note FROM audit.log;
    CREATE RULE quiet AS ON DELETE TO audit.log DO INSTEAD NOTHING;
    CREATE TABLE tmp_rows (id serial PRIMARY KEY, note int REFERENCES notes, CHECK (id > 0));
    CREATE INDEX tmp_rows_by_note ON tmp_rows (note);
    ALTER TABLE tmp_rows ENABLE ROW LEVEL SECURITY;
    CREATE POLICY everybody ON tmp_rows USING (true);
    CREATE TYPE tmp_level AS ENUM ('low');
    CREATE VIEW tmp_view AS SELECT 1 AS one;
    CREATE FUNCTION tmp_one() RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE SEQUENCE tmp_numbers;
    CREATE STATISTICS tmp_correlated ON id, body FROM notes;
    CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY);
    CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY)";

const OURS: &str =
    "[table.notes]\nprimary_key = [\"id\"]\n\n[table.notes.column]\nid   = \"integer\"\nbody = \"text\"\n";

struct Bench {
    database: TestDatabase,
    project: Project,
}

impl Bench {
    fn new(sql: &str, config: &str) -> Bench {
        let database = support::server(18).database("ignored");
        database.execute(sql);
        let project = Project::new();
        project.write("dbtool.toml", config);
        Bench { database, project }
    }

    fn run(&self, code: i32, args: &[&str]) -> Run {
        let run = self.project.dbtool_at(&self.database.url, args);
        assert_eq!(run.code, code, "{run}");
        run
    }

    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.project.path().join("schema")).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// Both ways of saying that the neighbours are none of ours.
const SAID: [&str; 2] = [
    "ignore = [\"audit.*\", \"tmp_*\", \"flyway_*\", \"_sqlx_*\"]\n",
    "namespaces = [\"public\"]\nignore = [\"public.tmp_*\", \"flyway_schema_history\", \"_sqlx_migrations\"]\n",
];

#[test]
fn what_is_ignored_is_not_pulled_and_not_missed() {
    for config in SAID {
        let bench = Bench::new(NEIGHBOURS, config);
        let pulled = bench.run(0, &["pull"]);
        assert_eq!(bench.files(), ["notes.toml"], "{pulled}");
        assert_eq!(bench.project.read("schema/notes.toml"), OURS);
        for command in ["diff", "check"] {
            let run = bench.run(0, &[command]);
            assert!(!run.stderr.contains("unmanaged"), "{run}");
        }
        // The other way: what is declared under such a name is not made.
        bench.project.write(
            "schema/more.toml",
            "[table.tmp_more.column]\nid = \"int\"\n[table.\"audit.more\".column]\nid = \"int\"\n",
        );
        bench.run(0, &["diff"]);
        // Migrations and seeds pass it by.
        bench.project.write("schema/notes.toml", &OURS.replace("body = \"text\"", "body = \"text\"\nmore = \"text\""));
        bench.run(0, &["diff", "--write", "more"]);
        bench.run(0, &["migrate"]);
        bench.run(0, &["check"]);
        bench.project.write("seeds/one.toml", "environments = [\"dev\"]\n[[notes]]\nid = 1\nbody = \"a\"\n");
        let seeded = bench.project.dbtool_at(&bench.database.url, &["seed", "--env", "dev"]);
        assert!(!seeded.stderr.contains("audit") && !seeded.stderr.contains("tmp_"), "{seeded}");
    }
}

#[test]
fn a_key_may_lead_to_a_table_that_is_not_ours() {
    const AUDITED: &str = "
        CREATE SCHEMA audit; CREATE TABLE audit.events (id int PRIMARY KEY, kind text);
        CREATE TABLE notes (id int PRIMARY KEY, event int REFERENCES audit.events ON DELETE CASCADE, body text)";
    for config in ["ignore = [\"audit.*\"]\n", "namespaces = [\"public\"]\n"] {
        let bench = Bench::new(AUDITED, config);
        bench.run(0, &["pull"]);
        assert_eq!(bench.files(), ["notes.toml", "shared.toml"]);
        assert_eq!(bench.project.read("schema/shared.toml"), "[unmanaged]\ntables = [\"audit.events\"]\n");
        let notes = bench.project.read("schema/notes.toml");
        let key = "event = { type = \"integer\", references = \"audit.events(id)\", on_delete = \"cascade\" }\n";
        assert!(notes.contains(key), "{notes}");
        bench.run(0, &["diff"]);
        let again = bench.run(0, &["pull"]);
        assert!(again.stderr.contains("files: 2 unchanged"), "{again}");
        // The key is compared like any other, and what it leads to is not.
        bench
            .database
            .execute("ALTER TABLE audit.events DROP COLUMN kind; ALTER TABLE notes DROP CONSTRAINT notes_event_fkey");
        let run = bench.run(2, &["diff"]);
        assert_eq!(run.stdout, "+ foreign key notes_event_fkey on notes: (event) -> events\n", "{run}");
        let written = bench.run(0, &["diff", "--write", "key"]);
        assert!(written.stderr.contains("rehearsed on a scratch copy: forward and back"), "{written}");
        bench.run(0, &["migrate"]);
        bench.run(0, &["check"]);
    }
}

#[test]
fn a_table_that_is_named_as_unmanaged_needs_no_other_word() {
    let bench = Bench::new("CREATE TABLE theirs (id int PRIMARY KEY, n serial); CREATE TYPE mood AS ENUM ('a')", "");
    let ours = "[table.ours.column]\nid = { type = \"int\", references = \"theirs(id)\" }\nmood = \"mood\"\n";
    bench.project.write("schema/a.toml", &format!("{ours}[unmanaged]\ntables = [\"theirs\"]\ntypes = [\"mood\"]\n"));
    bench.run(2, &["diff"]);
    bench.run(0, &["diff", "--write", "ours"]);
    bench.run(0, &["migrate"]);
    bench.run(0, &["check"]);
    let pulled = bench.run(0, &["pull"]);
    assert!(pulled.stderr.contains("files: 1 unchanged"), "{pulled}");
    assert_eq!(bench.database.query_text("SELECT count(*) FROM theirs"), [["0"]]);
    // What is not named anywhere is a mistake, and the message says where to name it.
    bench.project.write("schema/a.toml", ours);
    let run = bench.run(1, &["diff"]);
    assert!(run.stderr.contains("there is no table `theirs`") && run.stderr.contains("`[unmanaged]`"), "{run}");
    bench.project.write("schema/a.toml", "[table.ours.column]\nid = \"int\"\n[unmanaged]\ntables = [\"ours\"]\n");
    let run = bench.run(1, &["diff"]);
    assert!(run.stderr.contains("`ours` cannot be declared and be unmanaged"), "{run}");
}
