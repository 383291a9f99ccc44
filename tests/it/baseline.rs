//! Taking over a database that other tools made.

use crate::command::{Bench, TENANTS, one_error, with_column};
use crate::converge::{assert_same, declare, open};
use crate::support::{self, Project, TestDatabase, server};

/// A database as another tool left it, with its own history.
const THEIRS: &str = "
    CREATE TYPE mood AS ENUM ('good', 'bad');
    CREATE TABLE tenants (id bigserial PRIMARY KEY, name text NOT NULL UNIQUE, mood mood DEFAULT 'good');
    CREATE TABLE notes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id bigint NOT NULL REFERENCES tenants,
        body text CHECK (body <> ''), at timestamptz NOT NULL DEFAULT now());
    CREATE INDEX notes_at_idx ON notes (tenant_id, at DESC) WHERE body IS NOT NULL;
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY notes_all ON notes USING (tenant_id = current_setting('app.tenant')::bigint);
    CREATE VIEW loud AS SELECT upper(body) AS body FROM notes;
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.at := now(); RETURN NEW; END';
    CREATE TRIGGER notes_touch BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch();
    COMMENT ON TABLE notes IS 'What was said';
    CREATE TABLE sizes (a int, b int, CONSTRAINT sizes_fit CHECK (b BETWEEN 1 AND 3 AND a > 0));
    CREATE TABLE ev (id int, ts timestamptz NOT NULL) PARTITION BY RANGE (ts);
    CREATE TABLE ev_2024 (id int, ts timestamptz NOT NULL);
    ALTER TABLE ev ATTACH PARTITION ev_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY);
    INSERT INTO tenants (name) VALUES ('acme');
";

fn history(database: &TestDatabase) -> Vec<Vec<String>> {
    database.query_text("SELECT version, name FROM public.refinery_schema_history ORDER BY version")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_is_taken_over_and_built_anew_from_the_file() {
    for major in support::majors() {
        let (project, theirs) = (Project::new(), server(major).database("baseline"));
        let run = |code: i32, args: &[&str]| crate::command::exits(code, project.dbtool_at(&theirs.url, args));
        theirs.execute(THEIRS);
        project.write("dbtool.toml", "ignore = [\"flyway_*\"]\n");
        run(0, &["pull"]);
        let told = run(0, &["baseline", "As it was"]);
        assert_eq!(told.stdout, "migrations/V0001__as_it_was.sql\n", "{told}");
        assert!(told.stderr.contains("rehearsed on a scratch copy: it builds what is there\n"), "{told}");
        assert!(told.stderr.contains("1 migration noted as applied\n"), "{told}");
        assert_eq!(history(&theirs), [["1", "as_it_was"]]);
        assert_eq!(theirs.query_text("SELECT count(*) FROM tenants"), [["1"]]);
        run(0, &["status"]);
        run(0, &["check"]);
        // There is no time before it.
        one_error(&run(1, &["rollback"]), &["`V0001__as_it_was.sql` has no way back"]);
        // A new database becomes the same, and the next change goes to both.
        let anew = server(major).database("baseline");
        crate::command::exits(0, project.dbtool_at(&anew.url, &["migrate"]));
        let declared = dbtool::load::load(&project.path().join("schema"), "schema").unwrap();
        assert_same(&open(&anew).await, &declared, "after the baseline").await;
        project.write("schema/more.toml", "[table.more]\ncolumn.x = 'integer'\n");
        let told = run(0, &["diff", "--write", "more"]);
        assert!(told.stderr.contains("rehearsed on a scratch copy: forward and back\n"), "{told}");
        for database in [&theirs, &anew] {
            crate::command::exits(0, project.dbtool_at(&database.url, &["migrate"]));
            crate::command::exits(0, project.dbtool_at(&database.url, &["check"]));
        }
        run(0, &["rollback", "--allow", "all"]);
        assert_eq!(history(&theirs), [["1", "as_it_was"]]);
    }
}

#[test]
fn what_is_no_beginning_is_refused() {
    let bench = Bench::new();
    bench.declare(TENANTS);
    // The declaration is ahead.
    let run = bench.run(3, &["baseline", "first"]);
    one_error(&run, &["the declaration is not what the database is", "+ table tenants", "`dbtool pull` brings"]);
    assert!(bench.files().is_empty());
    bench.apply("first");
    let run = bench.run(3, &["baseline", "again"]);
    one_error(&run, &["has a history already: `V0001__first` is the newest", "`dbtool migrate` goes on from there"]);
    // The files are there, and the history is not.
    bench.database.execute("DROP TABLE refinery_schema_history");
    let run = bench.run(3, &["baseline", "again"]);
    one_error(&run, &["there are migrations already, up to `V0001__first.sql`", "`dbtool migrate --fake N`"]);
    bench.run(0, &["migrate", "--fake", "1"]);
    bench.run(0, &["check"]);
    one_error(&bench.run(1, &["baseline", "größe"]), &["größe"]);
    let empty = Bench::new();
    empty.declare("");
    one_error(&empty.run(3, &["baseline", "x"]), &["the database is empty", "`dbtool diff --write NAME`"]);
}

#[test]
fn what_cannot_be_built_anew_is_not_noted() {
    let bench = Bench::new();
    bench.database.execute(
        "create operator @@@ (leftarg = int, rightarg = int, function = int4eq);
         create view v as select 1 operator(public.@@@) 2 as x",
    );
    bench.run(0, &["pull"]);
    let before = bench.fingerprint();
    let run = bench.run(1, &["baseline", "first"]);
    one_error(&run, &["the rehearsal failed", "operator does not exist", "`dbtool migrate --fake 1`"]);
    assert!(bench.files().is_empty());
    assert_eq!(bench.fingerprint(), before);
}

/// A role that may neither make databases nor has a private server is told where the scratch may be.
#[tokio::test]
async fn an_owner_takes_over_with_a_scratch_elsewhere_and_roles_are_left_to_the_server() {
    let bench = Bench::new();
    let owner = bench.database.role("owner", "LOGIN");
    let app = bench.database.role("app", "LOGIN BYPASSRLS");
    bench.database.execute(&format!("grant create on schema public to \"{owner}\""));
    bench
        .database
        .execute(&format!("set role \"{owner}\"; create table t (x int); grant select on t to \"{app}\"; reset role"));
    let declaration = format!("[role.\"{app}\"]\nlogin = true\nbypassrls = true\n");
    bench.project.write("schema/roles.toml", &declaration);
    bench.run(0, &["pull"]);
    let tool = || bench.project.tool().args(["--url", &bench.database.url_as(&owner), "baseline", "first"]);
    let refused = tool().run();
    if refused.code != 0 {
        one_error(&refused, &["no scratch database to try it out in", "`--scratch-url`"]);
        assert!(bench.files().is_empty());
        let run = tool().env("DBTOOL_SCRATCH_URL", &bench.database.url).run();
        assert_eq!(run.code, 0, "{run}");
        assert!(run.stderr.contains(&format!("has to have them first: the roles `{app}`")), "{run}");
    }
    let text = bench.project.read("migrations/V0001__first.sql");
    assert!(!text.contains("CREATE ROLE") && text.contains("GRANT SELECT"), "{text}");
    assert_eq!(history(&bench.database), [["1", "first"]]);
    bench.run(0, &["check"]);
    bench.declare(&with_column("age = 'int'"));
    bench.run(0, &["diff", "--write", "next"]);
    bench.run(0, &["migrate"]);
    let all = format!("{}{}", with_column("age = 'int'"), bench.project.read("schema/t.toml"));
    drop(declare(&all));
    bench.run(0, &["check"]);
    bench.database.execute("DROP TABLE t, tenants, refinery_schema_history");
    bench.database.execute(&format!("revoke create on schema public from \"{owner}\""));
}
