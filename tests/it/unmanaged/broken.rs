//! A plan that would break what dbtool leaves alone says so, and is not written until that is allowed.

use crate::support::{self, Project, Run, TestDatabase};

struct Bench {
    database: TestDatabase,
    project: Project,
}

impl Bench {
    /// Some tables, and the declaration that `pull` makes of them.
    fn new(config: &str, sql: &str) -> Bench {
        let (database, project) = (support::server(18).database("broken"), Project::new());
        project.write("dbtool.toml", config);
        database.execute(sql);
        let bench = Bench { database, project };
        bench.run(0, &["pull"]);
        bench
    }

    fn run(&self, code: i32, args: &[&str]) -> Run {
        let run = self.project.dbtool_at(&self.database.url, args);
        assert_eq!(run.code, code, "{run}");
        run
    }

    /// Changes a file of the declaration; the plan is refused, and says why.
    fn refused(&self, file: &str, from: &str, to: &str, why: &[&str]) {
        let path = format!("schema/{file}.toml");
        let text = self.project.read(&path);
        assert!(text.contains(from), "no `{from}` in {text}");
        self.project.write(&path, &text.replacen(from, to, 1));
        let shown = self.run(2, &["diff"]);
        let refused = self.run(3, &["diff", "--write", "it"]);
        for why in why.iter().chain(&["breaks_unmanaged"]) {
            assert!(shown.stderr.contains(why) && refused.stderr.contains(why), "no `{why}` in {shown}{refused}");
        }
        self.project.write(&path, &text);
        self.run(0, &["diff"]);
    }

    /// The lines of an object that is declared among the shared ones.
    fn block(&self, header: &str) -> String {
        let shared = self.project.read("schema/shared.toml");
        let from = shared.find(&format!("[{header}]\n")).unwrap();
        let end = shared[from + 1..].find("\n[").map_or(shared.len(), |end| from + 1 + end);
        shared[from..end].to_owned()
    }
}

const TABLES: &str = "
    CREATE TYPE mood AS ENUM ('good', 'bad');
    CREATE TABLE notes (id int PRIMARY KEY, kind int, body text, mood mood);
    CREATE FUNCTION first_word(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT split_part($1, '' '', 1)';
    CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';";

#[test]
fn what_goes_along_is_named() {
    let more = "CREATE STATISTICS two ON kind, id FROM notes; CREATE PUBLICATION outbound FOR TABLE notes (id, body)";
    let bench = Bench::new("", &format!("{TABLES}{more}"));
    bench.refused("notes", "kind = \"integer\"\n", "", &["statistics object two goes with it"]);
    let published = "publication of table notes in publication outbound depends on it, so that the server refuses";
    bench.refused("notes", "body = \"text\"\n", "", &[published]);
}

#[test]
fn what_stands_in_the_way_is_named() {
    let more = "CREATE EVENT TRIGGER watching ON ddl_command_end WHEN TAG IN ('CREATE CAST') EXECUTE FUNCTION watch();
        CREATE RULE quiet AS ON UPDATE TO notes WHERE new.kind < 0 DO INSTEAD NOTHING;
        CREATE FUNCTION mood_number(mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
        CREATE CAST (mood AS int) WITH FUNCTION mood_number(mood);
        CREATE VIEW theirs_words AS SELECT id, first_word(body) AS word FROM notes;
        CREATE TABLE theirs (note int REFERENCES notes, kept text CHECK (first_word(kept) <> ''));";
    let bench = Bench::new("ignore = [\"theirs*\"]\n", &format!("{TABLES}{more}"));
    bench.refused("notes", "kind = \"integer\"\n", "kind = \"bigint\"\n", &["rule quiet on table notes depends on it"]);
    bench.refused("notes", "body = \"text\"\n", "", &["view theirs_words depends on it"]);
    bench.refused("shared", &bench.block("function.watch"), "", &["event trigger watching depends on it"]);
    bench.refused("shared", &bench.block("function.mood_number"), "", &["cast from mood to integer depends on it"]);
    let both = ["view theirs_words depends on it", "constraint theirs_kept_check on table theirs depends on it"];
    bench.refused("shared", &bench.block("function.first_word"), "", &both);
    // A table goes with all that stands on it.
    let notes = bench.project.read("schema/notes.toml");
    let all =
        ["view theirs_words depends", "constraint theirs_note_fkey on table theirs depends", "rule quiet on table"];
    bench.refused("notes", &notes, "# nothing\n", &all);
}

#[test]
fn what_is_managed_is_no_reason() {
    let more = "CREATE VIEW words AS SELECT id, first_word(body) AS word, mood FROM notes;
        CREATE TABLE other (note int REFERENCES notes, mood mood DEFAULT 'good', word text DEFAULT first_word('a'));
        CREATE INDEX ON notes (first_word(body)); ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY p ON notes USING (kind > 0 AND first_word(body) <> '')";
    let bench = Bench::new("", &format!("{TABLES}{more}"));
    let entries = std::fs::read_dir(bench.project.path().join("schema")).unwrap();
    entries.for_each(|entry| std::fs::write(entry.unwrap().path(), "").unwrap());
    let run = bench.run(2, &["diff"]);
    assert!(!run.stderr.contains("breaks_unmanaged"), "{run}");
    bench.run(0, &["diff", "--write", "nothing", "--allow", "deletes_data,weakens_access,breaks_code"]);
    bench.run(0, &["migrate"]);
    bench.run(0, &["diff"]);
}

#[test]
fn what_a_view_loses_when_it_is_made_anew_is_named() {
    let more = "CREATE VIEW shown AS SELECT id, kind FROM notes; ALTER VIEW shown ALTER COLUMN kind SET DEFAULT 4;
        CREATE RULE kept AS ON INSERT TO shown DO INSTEAD INSERT INTO notes VALUES (new.id, new.kind);";
    let bench = Bench::new("", &format!("{TABLES}{more}"));
    let both = ["rule kept on view shown goes with it", "default value for column kind of view shown goes with it"];
    bench.refused("notes", "kind = \"integer\"", "kind = \"bigint\"", &both);
}
