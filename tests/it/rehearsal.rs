//! Trying out before writing: the plan forward and back on a scratch copy, the declaration against the folder alone.

use crate::command::{Bench, TENANTS, one_error, with_column};
use crate::support::{Project, server};

/// How many scratch databases a role has left: other tests make theirs at the same time.
fn scratches(bench: &Bench, role: &str) -> String {
    bench.value(&format!(
        "select count(*) from pg_database d join pg_roles r on r.oid = d.datdba
         where datname like 'dbtool\\_scratch%' and rolname = '{role}'"
    ))
}

#[test]
fn what_is_written_was_tried_out_forward_and_back() {
    let bench = Bench::applied();
    bench.declare(&with_column("age = 'int'"));
    let run = bench.run(0, &["diff", "--write", "age"]);
    assert!(run.stderr.contains("rehearsed on a scratch copy: forward and back\n"), "{run}");
    bench.declare(&with_column("age = 'int'\nmore = 'text'"));
    bench.run(0, &["migrate"]);
    let run = bench.run(0, &["diff", "--write", "more", "--no-rehearsal"]);
    assert!(!run.stderr.contains("rehears"), "{run}");
}

#[test]
fn a_live_schema_that_cannot_be_copied_is_said_and_does_not_stop_the_work() {
    let bench = Bench::applied();
    bench.database.execute(
        "create operator @@@ (leftarg = int, rightarg = int, function = int4eq);
         create view v as select 1 operator(public.@@@) 2 as x",
    );
    bench.declare(&format!(
        "{}\n[view.v]\nquery = 'SELECT 1 OPERATOR(public.@@@) 2 AS x'\n",
        with_column("age = 'int'")
    ));
    let run = bench.run(0, &["diff", "--write", "age"]);
    assert!(run.stderr.contains("not rehearsed: the live schema cannot be copied: operator does not exist"), "{run}");
    assert_eq!(bench.files().len(), 4);
}

#[test]
fn what_the_copy_lacks_because_it_is_not_managed_does_not_stop_the_work() {
    let bench = Bench::applied();
    bench.database.execute("create collation natural_order (locale = 'C')");
    bench.declare(&with_column("title = { type = 'text', collation = 'natural_order' }"));
    let run = bench.run(0, &["diff", "--write", "title"]);
    let said = "not rehearsed: the copy lacks the collation `natural_order`, which is not managed\n";
    assert!(run.stderr.contains(said), "{run}");
    bench.run(0, &["migrate"]);
    bench.run(0, &["check"]);
}

#[test]
fn a_role_that_may_make_no_scratch_is_told_how_to_get_one() {
    let bench = Bench::applied();
    let role = bench.database.role("owner", "LOGIN");
    bench.database.execute(&format!(
        "alter table tenants owner to \"{role}\"; grant all on refinery_schema_history to \"{role}\""
    ));
    bench.declare(&with_column("age = 'int'"));
    let url = bench.database.url_as(&role);
    let run = bench.project.tool().args(["diff", "--write", "age", "--url", &url]).run();
    assert_eq!(run.code, 0, "{run}");
    assert!(beside_is_avoided(&run), "{run}");
    bench.declare(&with_column("age = 'int'\nmore = 'text'"));
    bench.run(0, &["migrate"]);
    let run = bench
        .project
        .tool()
        .args(["diff", "--write", "more", "--url", &url])
        .env("DBTOOL_SCRATCH_URL", &bench.database.url)
        .run();
    assert!(run.code == 0 && run.stderr.contains("rehearsed on a scratch copy"), "{run}");
    let secret = ["diff", "--write", "x", "--scratch-url", "postgres://a:geheim@h/d"];
    let run = bench.run(1, &secret);
    assert!(run.stderr.contains("`--scratch-url` takes no password") && !run.stderr.contains("geheim"), "{run}");
}

#[test]
fn a_production_database_gets_no_scratch_beside_it() {
    let bench = Bench::applied();
    let name = &bench.database.name;
    bench.database.execute(&format!("alter database \"{name}\" set dbtool.environment = 'production'"));
    bench.declare(&with_column("age = 'int'"));
    let run = bench.run(0, &["diff", "--write", "age"]);
    assert!(beside_is_avoided(&run), "{run}");
}

#[test]
fn what_would_stay_on_the_server_is_not_tried_out_beside_the_database() {
    let bench = Bench::applied();
    let role = format!("{}_made", bench.database.name);
    bench.project.write("migrations/V0002__r.sql", &format!("CREATE ROLE \"{role}\";\n"));
    // Whether a private server can be had or not: the role is not there afterwards.
    let run = bench.project.tool().args(["--url", &bench.database.url, "migrate", "--rehearse"]).run();
    assert!(
        run.stderr.contains("it changes roles or the server itself") || run.stderr.contains("private PostgreSQL"),
        "{run}"
    );
    assert_eq!(bench.value(&format!("select count(*) from pg_roles where rolname = '{role}'")), "0");
}

#[test]
fn a_target_that_is_said_to_be_production_gets_no_scratch_beside_it() {
    let bench = Bench::applied();
    bench.declare(&with_column("age = 'int'"));
    let url = &bench.database.url;
    bench.project.write("dbtool.toml", &format!("[target.live]\nurl = '{url}'\nenvironment = 'production'\n"));
    let by_name = ["diff", "--write", "age", "--target", "live"];
    let by_place = ["diff", "--write", "more", "--url", url];
    for args in [&by_name[..], &by_place[..]] {
        let run = bench.project.tool().args(args).run();
        assert!(run.code == 0 && beside_is_avoided(&run), "{run}");
        for file in bench.files().iter().filter(|file| file.starts_with("V0002")) {
            std::fs::remove_file(bench.project.path().join("migrations").join(file)).unwrap();
        }
    }
}

#[test]
fn what_changes_for_all_databases_does_not_stay() {
    let bench = Bench::applied();
    let role = bench.database.role("made", "LOGIN");
    let body = format!("begin execute 'alter role \"{role}\" set app.tenant_id = ''1'' '; end");
    // A call that no lexer sees through.
    bench.declare(&format!("{TENANTS}[function.sneak]\nreturns = 'void'\nlanguage = 'plpgsql'\nbody = '''{body}'''\n"));
    bench.apply("sneak");
    bench.project.write("migrations/V0003__s.sql", "SELECT sneak();\n");
    let count = format!("select count(*) from pg_db_role_setting where setrole = '\"{role}\"'::regrole");
    // Called, run by a trigger when all is through, called statement by statement, and on the way back.
    let late = "CREATE TABLE z (id int);\nCREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM sneak(); \
                RETURN NULL; END$$;\nCREATE CONSTRAINT TRIGGER late AFTER INSERT ON z DEFERRABLE INITIALLY DEFERRED FOR EACH ROW \
                EXECUTE FUNCTION late();\nINSERT INTO z VALUES (1);\n";
    for (sql, down) in [
        ("SELECT sneak();\n", "SELECT 1;\n"),
        (late, "SELECT 1;\n"),
        ("-- dbtool: no-transaction\nSELECT sneak();\n", "SELECT 1;\n"),
        ("SELECT 1;\n", "SELECT sneak();\n"),
    ] {
        bench.project.write("migrations/V0003__s.sql", sql);
        bench.project.write("migrations/V0003__s.down.sql", down);
        let run = bench.project.tool().args(["--url", &bench.database.url, "migrate", "--rehearse"]).run();
        // Where there is a private server, nothing is tried out beside the database.
        assert!(run.stderr.contains("it changes what all databases of the server share") || run.code == 0, "{run}");
        assert_eq!(bench.value(&count), "0", "{run}");
    }
}

#[test]
fn what_an_owner_s_killed_run_left_behind_goes_with_the_next() {
    let bench = Bench::applied();
    let role = bench.database.role("maker", "LOGIN CREATEDB");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    let (old, new) = (format!("dbtool_scratch_1_{:x}", now - 7_200_000_000_000), format!("dbtool_scratch_1_{now:x}"));
    for name in [&old, &new] {
        bench.database.execute(&format!("create database \"{name}\" owner \"{role}\""));
    }
    bench.project.write("migrations/V0002__a.sql", "CREATE TABLE a ();\n");
    bench.tool().args(["migrate", "--rehearse", "--scratch-url", &bench.database.url_as(&role)]).run();
    let left = |name: &str| bench.value(&format!("select count(*) from pg_database where datname = '{name}'"));
    assert_eq!((left(&old), left(&new)), ("0".into(), "1".into()));
    bench.database.execute(&format!("drop database \"{new}\""));
}

/// A machine may have a PostgreSQL of the same version that a private server can be made of.
fn beside_is_avoided(run: &crate::support::Run) -> bool {
    let why = "not rehearsed: this role may not create databases here, or the database is production, and ";
    run.stderr.contains(why) || run.stderr.contains("starting the private PostgreSQL 18")
}

#[test]
fn pending_migrations_are_tried_out_and_the_database_stays() {
    let bench = Bench::applied();
    bench.project.write("migrations/V0002__a.sql", "ALTER TABLE tenants ADD a int;\n");
    bench.project.write("migrations/V0002__a.down.sql", "ALTER TABLE tenants DROP a;\n");
    let before = bench.fingerprint();
    let role = bench.database.role("maker", "LOGIN SUPERUSER");
    let scratch = bench.database.url_as(&role);
    let rehearse = |code| bench.run(code, &["migrate", "--rehearse", "--scratch-url", &scratch]);
    let run = rehearse(0);
    assert!(run.stderr.ends_with("1 migration rehearsed on a scratch copy: forward and back\n"), "{run}");
    bench.project.write("migrations/V0003__b.sql", "ALTER TABLE tenants ADD b int;\n");
    let run = rehearse(0);
    assert!(
        run.stderr.contains("2 migrations rehearsed") && run.stderr.contains("forward only, as V0003 has no way back"),
        "{run}"
    );
    bench.project.write("migrations/V0003__b.down.sql", "ALTER TABLE tenants ADD c int;\n");
    let run = rehearse(1);
    one_error(&run, &["the way back does not lead back", "column tenants.b is there in addition"]);
    bench.project.write("migrations/V0003__b.sql", "ALTER TABLE tenants ADD name int;\n");
    one_error(&rehearse(1), &["the rehearsal failed", "already exists"]);
    assert_eq!((bench.fingerprint(), scratches(&bench, &role)), (before, "0".into()));
    assert!(bench.run(0, &["migrate", "--rehearse", "--to", "1"]).stderr.contains("nothing to rehearse"));
}

#[test]
fn the_declaration_against_the_folder_alone() {
    let bench = Bench::applied();
    let elsewhere = Project::new();
    elsewhere.write("schema/app.toml", &with_column("age = 'int'"));
    for file in bench.files() {
        elsewhere.write(&format!("migrations/{file}"), &bench.project.read(&format!("migrations/{file}")));
    }
    let role = bench.database.role("maker", "LOGIN CREATEDB");
    let server = bench.database.url_as(&role);
    let tool = |args: &[&str]| elsewhere.tool().env("DBTOOL_SCRATCH_URL", &server).args(args).run();
    let run = tool(&["diff", "--from", "migrations"]);
    assert!(run.code == 2 && run.stdout.contains("age"), "{run}");
    assert!(run.stderr.contains("compared with what 1 migration builds, on postgres"), "{run}");
    let run = tool(&["diff", "--from", "migrations", "--write", "age"]);
    assert!(run.code == 0 && run.stderr.contains("rehearsed on a scratch copy"), "{run}");
    assert!(elsewhere.read("migrations/V0002__age.sql").contains("ADD COLUMN age integer"));
    let run = tool(&["diff", "--from", "migrations"]);
    assert!(run.code == 0, "{run}");
    elsewhere.write("migrations/V0003__broken.sql", "SELECT nope;\n");
    one_error(&tool(&["diff", "--from", "migrations"]), &["V0003__broken.sql:1:8: column \"nope\" does not exist"]);
    elsewhere.write("schema/app.toml", &TENANTS.replace("'uuid'", "'uuidd'"));
    assert_eq!(tool(&["diff", "--from", "migrations"]).code, 1);
    assert_eq!(scratches(&bench, &role), "0", "nothing is left behind");
}

#[test]
fn what_does_not_run_on_the_copy_is_not_written() {
    let bench = Bench::applied();
    // Only a superuser may make a function of that language: one plans it, and another tries it out.
    bench.declare(&format!(
        "{TENANTS}[function.plus]\narguments = ['integer', 'integer']\nreturns = 'integer'\nlanguage = 'internal'\nbody = 'int4pl'\n"
    ));
    let role = bench.database.role("maker", "LOGIN CREATEDB");
    let before = bench.fingerprint();
    let scratch = bench.database.url_as(&role);
    let run = bench.run(1, &["diff", "--write", "plus", "--allow", "weakens_access", "--scratch-url", &scratch]);
    one_error(
        &run,
        &["the rehearsal failed, on a scratch copy of the schema", "permission denied for language internal"],
    );
    assert!(run.stdout.is_empty(), "{run}");
    assert_eq!(bench.files(), ["V0001__first.down.sql", "V0001__first.sql"]);
    assert_eq!((bench.fingerprint(), scratches(&bench, &role)), (before, "0".into()));
    let run = bench.run(0, &["diff", "--write", "plus", "--allow", "weakens_access"]);
    assert!(run.stderr.contains("rehearsed on a scratch copy: forward and back"), "{run}");
}

#[test]
fn a_scratch_on_another_version_proves_nothing() {
    let bench = Bench::applied();
    bench.declare(&with_column("age = 'int'"));
    let other = server(16).url("postgres");
    let run = bench.run(1, &["diff", "--write", "age", "--scratch-url", &other]);
    one_error(&run, &["the server for scratch databases is PostgreSQL 16, and the database is on 18"]);
    assert_eq!(bench.files().len(), 2);
}

#[test]
fn what_leans_on_what_others_manage_is_tried_out_with_that() {
    let bench = Bench::applied();
    bench.database.execute(
        "create schema audit; create type audit.mood as enum ('a');
         create table audit.events (id int primary key, mood audit.mood)",
    );
    let config = "ignore = ['audit', 'audit.*']\n";
    bench.project.write("dbtool.toml", config);
    let leaning = "event_id = { type = 'int', references = 'audit.events(id)' }";
    bench.declare(&format!("{}[unmanaged]\ntables = ['audit.events']\n", with_column(leaning)));
    let run = bench.run(0, &["diff", "--write", "event"]);
    assert!(run.stderr.contains("rehearsed on a scratch copy: forward and back\n"), "{run}");
    bench.run(0, &["migrate", "--rehearse", "--scratch-url", &bench.database.url]);
    bench.run(0, &["migrate"]);
    bench.run(0, &["diff"]);
    // From now on the copy itself leans on it.
    bench.declare(&format!(
        "{}[unmanaged]\ntables = ['audit.events']\n",
        with_column(&format!("{leaning}\nmore = 'int'"))
    ));
    let run = bench.run(0, &["diff", "--write", "more"]);
    assert!(run.stderr.contains("rehearsed on a scratch copy: forward and back\n"), "{run}");
}

/// A project with the programs of a private server, whose migration hands things to roles that are on the live server
/// only.
fn with_roles() -> (Bench, String, String) {
    let bench = Bench { project: Project::with_server_programs(), ..Bench::new() };
    let (owner, reader) = (bench.database.role("owner", "LOGIN"), bench.database.role("Odd \"reader", ""));
    let quoted = reader.replace('"', "\"\"");
    bench.database.execute(&format!(
        "create table kept (id int); alter table kept owner to \"{owner}\"; grant select on kept to \"{quoted}\";
         create policy p on kept to \"{quoted}\" using (true);
         create schema if not exists public; grant create on schema public to \"{owner}\""
    ));
    bench.project.write(
        "migrations/V0001__own.sql",
        &format!(
            "CREATE TABLE t (id int);\nALTER TABLE t OWNER TO \"{owner}\";\nGRANT INSERT ON kept TO \"{quoted}\";\n"
        ),
    );
    let down = format!("REVOKE INSERT ON kept FROM \"{quoted}\";\nDROP TABLE t;\n");
    bench.project.write("migrations/V0001__own.down.sql", &down);
    (bench, owner, reader)
}

#[test]
fn a_private_server_gets_the_live_roles_by_name_and_lets_them_go_again() {
    let (bench, owner, _) = with_roles();
    let before = bench.fingerprint();
    // Twice: what the first one made is not in the way of the second. By default, although there may be one beside the
    // database; and also where there may be none.
    for url in [bench.database.url.clone(), bench.database.url_as(&owner)] {
        let run = bench.project.tool().args(["migrate", "--rehearse", "-v", "--url", &url]).run();
        assert_eq!(run.code, 0, "{run}");
        assert!(run.stderr.ends_with("1 migration rehearsed on a scratch copy: forward and back\n"), "{run}");
        assert!(
            run.stderr.contains("the private PostgreSQL 18") && !run.stderr.contains("not on the private"),
            "{run}"
        );
    }
    assert_eq!(bench.fingerprint(), before);
    // A role that is nowhere is not made up.
    bench.project.write("migrations/V0002__x.sql", "GRANT SELECT ON kept TO nobody_at_all;\n");
    let run = bench.run(1, &["migrate", "--rehearse"]);
    one_error(&run, &["the rehearsal failed", "role \"nobody_at_all\" does not exist"]);
    // `diff --write` for a role that may make no scratch goes there, too.
    let url = bench.database.url_as(&owner);
    std::fs::remove_file(bench.project.path().join("migrations/V0002__x.sql")).unwrap();
    bench.run(0, &["migrate", "--allow", "weakens_access"]);
    bench.run(0, &["pull"]);
    let declared = bench.project.read("schema/kept.toml");
    bench.project.write(
        "schema/kept.toml",
        &declared.replacen("[table.kept.column]\n", "[table.kept.column]\nage = \"int\"\n", 1),
    );
    bench.database.execute(&format!("grant all on refinery_schema_history to \"{owner}\""));
    let run = bench.project.tool().args(["diff", "--write", "age", "--url", &url]).run();
    assert!(run.code == 0 && run.stderr.contains("rehearsed on a scratch copy: forward and back"), "{run}");
}
