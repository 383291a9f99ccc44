//! Databases that somebody else made: pulled and compared by whoever may read them, and built anew from what was pulled
//! to the same catalog, by a superuser and by a role that only owns what is in them.
//!
//! The schemas of `tests/schemas` are walked always. Real ones beside the repository are where they are there: a sample
//! by default, all with `ROUNDTRIP=all`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{self, Project, Run, TestDatabase, TestServer};

/// What a dump says that is no part of the schema, or that dbtool does not manage.
const NOT_COMPARED: &[&str] = &["--no-owner", "--no-publications", "--exclude-table=refinery_schema_history"];

/// Of the script's fingerprint: who owns what, the order of columns, and what is not managed. Its grants are access lists
/// as they are stored, with the owner's name in them: [`PRIVILEGES`] says what they come to.
const LEFT_OUT: &str = "ARRAY['owner', 'column_order', 'grant', 'publication', 'statistics', 'event_trigger', 'rule', 'operator', \
                        'opclass', 'collation', 'cast', 'text_search', 'language', 'foreign']";

/// Who may do what with what, a line each; whoever gave it.
const PRIVILEGES: &str = "
WITH ns AS (SELECT * FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'),
own AS (SELECT c.* FROM pg_class c JOIN ns ON ns.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.relname <> 'refinery_schema_history'),
able(what, owner, acl) AS (
  SELECT 'relation ' || oid::regclass, relowner,
         COALESCE(relacl, acldefault(CASE relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r' END, relowner)) FROM own
  UNION ALL
  SELECT 'column ' || own.oid::regclass || '.' || attname, relowner, attacl
    FROM pg_attribute a JOIN own ON own.oid = a.attrelid AND attacl IS NOT NULL
  UNION ALL
  SELECT 'routine ' || p.oid::regprocedure, proowner, COALESCE(proacl, acldefault('f', proowner))
    FROM pg_proc p JOIN ns ON ns.oid = p.pronamespace
  UNION ALL
  SELECT 'type ' || t.oid::regtype, typowner, COALESCE(typacl, acldefault('T', typowner))
    FROM pg_type t JOIN ns ON ns.oid = t.typnamespace WHERE typtype IN ('e', 'd', 'r') OR typrelid IN (SELECT oid FROM pg_class WHERE relkind = 'c')
  UNION ALL
  SELECT 'schema ' || nspname, nspowner, COALESCE(nspacl, acldefault('n', nspowner)) FROM ns)
SELECT concat_ws(' ', what, e.privilege_type, CASE e.grantee WHEN 0 THEN 'PUBLIC' WHEN owner THEN 'OWNER' ELSE pg_get_userbyid(e.grantee) END,
                 CASE WHEN bool_or(e.is_grantable) AND e.grantee <> owner THEN 'WITH GRANT OPTION' END)
  FROM able, aclexplode(acl) e GROUP BY what, owner, e.grantee, e.privilege_type ORDER BY 1";

/// A schema, and how it is loaded.
struct Source {
    name: String,
    path: PathBuf,
}

fn sources(folder: &Path) -> Vec<Source> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<Source> = entries
        .filter(|path| path.extension().is_some_and(|is| is == "sql"))
        .map(|path| Source { name: path.file_stem().unwrap().to_string_lossy().into_owned(), path })
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// The schemas of our own.
fn own() -> Vec<Source> {
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas"))
}

fn dbtool(project: &Project, url: &str, code: i32, args: &[&str]) -> Run {
    let run = project.dbtool_at(url, args);
    assert_eq!(run.code, code, "{run}");
    run
}

/// The schema as `pg_dump` writes it, without what differs from run to run.
fn dump(database: &TestDatabase) -> String {
    let program = database.server.bin_dir.join("pg_dump");
    let mut command = Command::new(program);
    let output = command.args(["--schema-only", "--dbname", &database.url]).args(NOT_COMPARED).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"));
    let mut lines: Vec<&str> = lines.collect();
    // Who got something first makes no difference.
    for run in lines.chunk_by_mut(|a, b| a.starts_with("GRANT ") && b.starts_with("GRANT ")) {
        run.sort_unstable();
    }
    lines.join("\n")
}

/// Shows the first lines in which two texts differ.
fn assert_same_text(one: &str, other: &str, when: &str) {
    let differs = one.lines().zip(other.lines()).position(|(a, b)| a != b);
    let from = differs.unwrap_or(one.lines().count().min(other.lines().count()));
    let around = |text: &str| text.lines().skip(from.saturating_sub(3)).take(9).collect::<Vec<_>>().join("\n");
    assert!(one == other, "{when}\n--- there\n{}\n--- built\n{}", around(one), around(other));
}

/// A database that was taken over, and the project that holds what was pulled.
struct Takeover {
    name: String,
    database: TestDatabase,
    project: Project,
}

impl Takeover {
    /// Pulls as a role; whatever the role, nothing differs then, and pulling again changes no byte.
    fn pull(&self, url: &str, who: &str) -> Run {
        let _ = std::fs::remove_dir_all(self.project.path().join("schema"));
        let _ = std::fs::remove_dir_all(self.project.path().join("migrations"));
        let pulled = dbtool(&self.project, url, 0, &["pull"]);
        dbtool(&self.project, url, 0, &["diff"]);
        let again = dbtool(&self.project, url, 0, &["pull"]);
        let counted = again.stderr.lines().last().unwrap_or_default().to_owned();
        assert!(counted.starts_with("files: ") && counted.ends_with(" unchanged"), "{} as {who}: {again}", self.name);
        assert_eq!(counted.matches(',').count(), 0, "{} as {who}: {again}", self.name);
        pulled
    }

    fn files(&self) -> Vec<(PathBuf, String)> {
        let entries = std::fs::read_dir(self.project.path().join("schema")).unwrap();
        let read = |path: PathBuf| (path.clone(), std::fs::read_to_string(path).unwrap());
        let mut all: Vec<_> = entries.map(|entry| read(entry.unwrap().path())).collect();
        all.sort();
        all
    }

    /// An empty database, built by a role from what was pulled: what it grants, it grants as the owner.
    fn build(&self, server: &'static TestServer, role: &str, owns: bool) -> TestDatabase {
        let built = server.database("built");
        if owns {
            built.execute(&format!("ALTER DATABASE \"{}\" OWNER TO \"{role}\"", built.name));
            // What only a superuser may install is there before the owner comes.
            let untrusted = "SELECT DISTINCT e.extname, n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace \
                 JOIN pg_available_extension_versions v ON v.name = e.extname WHERE e.extname <> 'plpgsql' AND NOT v.trusted";
            for row in self.database.query_text(untrusted) {
                let (extension, namespace) = (&row[0], &row[1]);
                built.execute(&format!(
                    "CREATE SCHEMA IF NOT EXISTS \"{namespace}\" AUTHORIZATION \"{role}\"; \
                     CREATE EXTENSION IF NOT EXISTS \"{extension}\" SCHEMA \"{namespace}\""
                ));
            }
        }
        let url = built.url_as(role);
        dbtool(&self.project, &url, 0, &["diff", "--write", "taken over", "--allow", "all"]);
        dbtool(&self.project, &url, 0, &["migrate"]);
        dbtool(&self.project, &url, 0, &["diff"]);
        dbtool(&self.project, &url, 0, &["check"]);
        built
    }

    /// Who loaded it owns it all, and is no superuser any more; event triggers may be a superuser's only.
    fn becomes_plain(&self, loader: &str) {
        self.database.execute(&format!(
            "DO $$ DECLARE guard text; BEGIN FOR guard IN SELECT evtname FROM pg_event_trigger LOOP \
               EXECUTE format('ALTER EVENT TRIGGER %I OWNER TO postgres', guard); END LOOP; END $$; \
             ALTER ROLE \"{loader}\" NOSUPERUSER; ALTER DATABASE \"{}\" OWNER TO \"{loader}\"",
            self.database.name
        ));
    }

    /// Walks the whole way, with `same` to compare the database with one that was built anew; gives how often it was.
    fn walk(
        &self,
        server: &'static TestServer,
        loader: &str,
        same: &dyn Fn(&TestDatabase, &TestDatabase, &str),
    ) -> usize {
        let mut times = 0;
        let pulled = self.pull(&self.database.url, "superuser");
        let buildable = !pulled.stderr.contains("[unmanaged]") && !self.needs_unmanaged();
        if buildable {
            same(&self.database, &self.build(server, loader, false), &format!("{} by a superuser", self.name));
            times += 1;
        }
        self.becomes_plain(loader);
        self.pull(&self.database.url_as(loader), "owner");
        let as_owner = self.files();
        if buildable && !self.needs_superuser() {
            // It is dropped before the role is, which the first database drops.
            same(&self.database, &self.build(server, loader, true), &format!("{} by its owner", self.name));
            times += 1;
        }
        self.read_only(&as_owner);
        times
    }

    /// A role that owns nothing, may write nowhere, not even temporary tables, and looks into no namespace.
    fn read_only(&self, expected: &[(PathBuf, String)]) {
        self.database.execute(&format!("REVOKE TEMPORARY ON DATABASE \"{}\" FROM PUBLIC", self.database.name));
        let reader = self.database.role("reader", "LOGIN");
        self.database.execute(&format!("ALTER ROLE \"{reader}\" SET default_transaction_read_only = on"));
        let url = self.database.url_as(&reader);
        dbtool(&self.project, &url, 0, &["diff"]);
        self.pull(&url, "reader");
        assert_eq!(self.files(), expected, "{}: who may only read sees something else", self.name);
    }

    /// Whether functions are written in languages that PostgreSQL trusts superusers with only.
    fn needs_superuser(&self) -> bool {
        let untrusted =
            |line: &str| line.starts_with("language ") && (line.ends_with("\"internal\"") || line.ends_with("\"c\""));
        self.files().iter().any(|(_, text)| text.lines().any(untrusted))
    }

    /// Whether the declaration leans on what a new database does not have.
    fn needs_unmanaged(&self) -> bool {
        self.files().iter().any(|(_, text)| text.contains("[unmanaged]")) || self.name == "audit"
    }
}

fn load(server: &'static TestServer, source: &Source) -> (Takeover, String) {
    let database = server.database("taken");
    let loader = database.role("loader", "SUPERUSER LOGIN");
    support::execute(&database.url_as(&loader), &std::fs::read_to_string(&source.path).unwrap());
    (Takeover { name: source.name.clone(), database, project: Project::new() }, loader)
}

fn same_dump(there: &TestDatabase, built: &TestDatabase, when: &str) {
    assert_same_text(&dump(there), &dump(built), when);
}

fn own_schemas_on(major: u32) {
    let server = support::server(major);
    for source in own() {
        let (takeover, loader) = load(server, &source);
        takeover.walk(server, &loader, &same_dump);
    }
}

#[test]
fn own_schemas_are_taken_over_on_16() {
    own_schemas_on(16);
}

#[test]
fn own_schemas_are_taken_over_on_18() {
    own_schemas_on(18);
}

#[test]
fn an_event_trigger_is_named_where_it_forbids_a_migration() {
    let database = support::server(18).database("veto");
    let project = Project::new();
    project.write("dbtool.toml", "ignore = [\"no_ddl\"]\n");
    project.write("schema/a.toml", "[table.notes.column]\nid = \"int\"\n");
    let guard = "CREATE FUNCTION no_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''frozen''; END'; \
                 CREATE EVENT TRIGGER no_changes ON ddl_command_start EXECUTE FUNCTION no_ddl()";
    database.execute(guard);
    dbtool(&project, &database.url, 0, &["diff", "--write", "notes"]);
    let told = |run: &Run, what: &str| {
        for part in
            [what, "frozen", "the event trigger `no_changes` forbids it", "ALTER EVENT TRIGGER no_changes DISABLE"]
        {
            assert!(run.stderr.contains(part), "no `{part}` in {run}");
        }
    };
    told(&dbtool(&project, &database.url, 1, &["migrate"]), "cannot create the history table");
    database.execute("ALTER EVENT TRIGGER no_changes DISABLE");
    dbtool(&project, &database.url, 0, &["migrate"]);
    database.execute("ALTER EVENT TRIGGER no_changes ENABLE");
    project.write("schema/a.toml", "[table.notes.column]\nid = \"int\"\nbody = \"text\"\n");
    dbtool(&project, &database.url, 0, &["diff", "--write", "body"]);
    told(&dbtool(&project, &database.url, 1, &["migrate"]), "V0002__body.sql");
    let unmanaged = dbtool(&project, &database.url, 2, &["check"]);
    assert!(unmanaged.stderr.contains("unmanaged, never altered: 1 event trigger"), "{unmanaged}");
}

#[test]
fn a_role_that_only_reads_by_default_may_still_ask_for_words() {
    let database = support::server(18).database("reader");
    database.execute("CREATE TABLE notes (kind text CHECK (kind IN ('a', 'b')), n int DEFAULT 1 + 1)");
    let reader = database.role("reader", "LOGIN");
    database.execute(&format!("ALTER ROLE \"{reader}\" SET default_transaction_read_only = on"));
    let (project, url) = (Project::new(), database.url_as(&reader));
    let words = "[table.notes.column]\nkind = { type = \"text\", one_of = [\"a\", \"b\"] }\nn = { type = \"int\", default = \"1+1\" }\n";
    let other = words.replace(", one_of = [\"a\", \"b\"]", "")
        + "[table.notes.check.notes_kind_check]\nexpression = \"kind = any (array['a', 'b'])\"\n";
    project.write("schema/a.toml", &other);
    dbtool(&project, &url, 0, &["diff"]);
    // Without temporary tables nobody can be asked, and what cannot be compared is said.
    database.execute(&format!("REVOKE TEMPORARY ON DATABASE \"{}\" FROM PUBLIC", database.name));
    let run = dbtool(&project, &url, 1, &["diff"]);
    assert!(run.stderr.contains("check notes_kind_check on notes") && run.stderr.contains("hint: "), "{run}");
    project.write("schema/a.toml", words);
    database.execute(&format!("GRANT TEMPORARY ON DATABASE \"{}\" TO PUBLIC", database.name));
    dbtool(&project, &url, 0, &["diff"]);
}

/// The real schemas, on a server of their own: they name roles, which are the whole server's.
#[test]
fn real_schemas_are_taken_over() {
    let folder = super::roundtrip::folder();
    if let Some(why) = super::roundtrip::missing(&folder) {
        return support::shout(&format!("real schemas are not taken over: {why}"));
    }
    let major = super::roundtrip::major();
    let server: &'static TestServer =
        Box::leak(Box::new(support::own_server(&support::fixture_programs(major), &[], &[])));
    let all = sources(&folder.join("schemas"));
    let (first, every) = if std::env::var("ROUNDTRIP").as_deref() == Ok("all") { (0, 1) } else { (1, 6) };
    let same = |there: &TestDatabase, built: &TestDatabase, when: &str| same_fingerprint(&folder, there, built, when);
    let (mut walked, mut built, mut failed) = (0, 0, Vec::new());
    for source in all.iter().skip(first).step_by(every) {
        let Some((takeover, loader)) = load_with_psql(server, source) else { continue };
        walked += 1;
        let walk = AssertUnwindSafe(|| takeover.walk(server, &loader, &same));
        match catch_unwind(walk) {
            Ok(times) => built += times,
            Err(_) => failed.push(source.name.as_str()),
        }
    }
    support::shout(&format!("{walked} real schemas are taken over on {major}, and built anew {built} times"));
    assert!(walked > 0, "no schema could be loaded");
    assert!(failed.is_empty(), "as said above, {} of {walked} are not taken over: {failed:?}", failed.len());
}

/// Loads a file as psql does, making the roles that it names; `None` where this server cannot load it.
fn load_with_psql(server: &'static TestServer, source: &Source) -> Option<(Takeover, String)> {
    for _ in 0..8 {
        let database = server.database("taken");
        let loader = database.role("loader", "SUPERUSER LOGIN");
        let mut psql = Command::new("psql");
        let psql =
            psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f"]).arg(&source.path).arg(database.url_as(&loader));
        let output = psql.env("PGOPTIONS", "-c client_min_messages=error").output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() {
            return Some((Takeover { name: source.name.clone(), database, project: Project::new() }, loader));
        }
        let Some(role) = said.split("role \"").nth(1).filter(|_| said.contains("does not exist")) else {
            support::shout(&format!("{} cannot be loaded here: {}", source.name, said.trim()));
            return None;
        };
        support::execute(&server.url("postgres"), &format!("CREATE ROLE \"{}\"", role.split('"').next().unwrap()));
    }
    None
}

fn same_fingerprint(folder: &Path, there: &TestDatabase, built: &TestDatabase, when: &str) {
    let of = |database: &TestDatabase| -> Vec<String> {
        let mut psql = Command::new("psql");
        let output =
            psql.args(["-X", "-q", "-At", "-f"]).arg(folder.join("fingerprint.sql")).arg(&database.url).output();
        let text = String::from_utf8(output.unwrap().stdout).unwrap();
        let sql = format!(
            "SELECT key || ' ' || value FROM jsonb_each_text('{}') WHERE key <> ALL ({LEFT_OUT}) ORDER BY 1",
            text.trim()
        );
        database.query_text(&sql).concat()
    };
    let (one, other) = (of(there), of(built));
    let differs = one.iter().chain(&other).filter(|line| !(one.contains(line) && other.contains(line)));
    assert!(one == other, "{when}: {:#?}", differs.collect::<Vec<_>>());
    let privileges = |database: &TestDatabase| database.query_text(PRIVILEGES).concat().join("\n");
    assert_same_text(&privileges(there), &privileges(built), when);
}
