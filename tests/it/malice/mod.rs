//! Files by somebody who means harm, against a database of many tenants whose rows are closed to each other: none of them runs
//! without being allowed by name. Each is run by the binary in a file that fails at its end, so that nothing of it stays.

mod breaks;
mod disguise;
mod moved;
mod names;
mod running;
mod runs;
mod tenants;
mod unseen;

use crate::command::Bench;
use crate::support::Project;

/// Tenants behind FORCE row security, and what stands around them.
const TENANTS: &str = "
    CREATE TABLE tenants (id int PRIMARY KEY, name text);
    INSERT INTO tenants VALUES (1, 'a'), (2, 'b');
    CREATE TABLE notes (id int PRIMARY KEY, tenant int REFERENCES tenants ON DELETE CASCADE ON UPDATE CASCADE, body text);
    INSERT INTO notes VALUES (1, 1, 'x'), (2, 2, 'y');
    CREATE FUNCTION tenant() RETURNS int LANGUAGE sql STABLE AS $$SELECT nullif(current_setting('app.tenant', true), '')::int$$;
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    ALTER TABLE notes FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON notes USING (tenant = tenant());
    CREATE TABLE parts (tenant int, body text) PARTITION BY LIST (tenant);
    ALTER TABLE parts ENABLE ROW LEVEL SECURITY;
    ALTER TABLE parts FORCE ROW LEVEL SECURITY;
    CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
    INSERT INTO parts VALUES (1, 'x');
    CREATE TABLE shown (id int, body text);
    GRANT SELECT ON shown TO pg_monitor;
    CREATE TABLE bare (id int, body text);
    CREATE VIEW seen WITH (security_invoker) AS SELECT * FROM notes;
    GRANT SELECT ON seen TO pg_monitor;
    CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
    CREATE TRIGGER guard BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION guard();
    CREATE RULE keep AS ON DELETE TO tenants DO ALSO NOTHING;
    CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN NULL; END$$;
    CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION watch();
    CREATE FUNCTION wipes(int, int) RETURNS int LANGUAGE plpgsql AS $$BEGIN DELETE FROM public.notes; RETURN 1; END$$;
    CREATE FUNCTION wipes(int) RETURNS text LANGUAGE plpgsql AS $$BEGIN DELETE FROM public.notes; RETURN ''; END$$;
    CREATE FUNCTION wipes() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN DELETE FROM public.notes; END$$;
    CREATE AGGREGATE wiped(int) (SFUNC = wipes, STYPE = int, INITCOND = '0');
    CREATE FUNCTION loud(text) RETURNS bool LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE '%', $1; RETURN true; END$$;
    CREATE FUNCTION all_notes() RETURNS SETOF notes LANGUAGE sql AS 'SELECT * FROM public.notes';
    CREATE TYPE mood AS ENUM ('good');
    CREATE TYPE box2 AS (a int);
";

const ATTACKS: &[&str] = &[
    // Triggers and rules that no longer hold.
    "ALTER TABLE tenants DISABLE RULE keep",
    "ALTER TABLE tenants ENABLE REPLICA RULE keep",
    "ALTER TABLE notes ENABLE REPLICA TRIGGER guard",
    "CREATE FUNCTION lax() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; \
     CREATE OR REPLACE TRIGGER guard BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION lax()",
    "CREATE RULE leak AS ON INSERT TO notes DO ALSO INSERT INTO shown VALUES (NEW.id, NEW.body)",
    "ALTER EVENT TRIGGER watch DISABLE",
    "ALTER EVENT TRIGGER watch ENABLE REPLICA",
    "CREATE EVENT TRIGGER wipes ON ddl_command_end EXECUTE FUNCTION wipes(); CREATE TABLE z ()",
    "CREATE FUNCTION more() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM public.notes; END'; \
     CREATE EVENT TRIGGER more ON ddl_command_end EXECUTE FUNCTION more(); CREATE TABLE z ()",
    "UPDATE pg_settings SET setting = 'replica' WHERE name = 'session_replication_role'",
    // Views.
    "ALTER VIEW seen SET (security_invoker = false)",
    "ALTER VIEW seen RESET (security_invoker)",
    "ALTER TABLE seen SET (security_invoker = off)",
    "CREATE OR REPLACE VIEW seen AS SELECT * FROM notes",
    "CREATE VIEW leak (security_invoker) AS SELECT body FROM notes",
    "CREATE VIEW security_invoker AS SELECT body FROM notes",
    "CREATE VIEW leak WITH (security_invoker = 'no') AS SELECT body FROM notes",
    "CREATE MATERIALIZED VIEW leak AS SELECT * FROM notes",
    // Code.
    "ALTER FUNCTION all_notes() SECURITY DEFINER",
    "ALTER ROUTINE all_notes EXTERNAL SECURITY DEFINER",
    "ALTER FUNCTION loud(text) LEAKPROOF COST 0.0001",
    "CREATE FUNCTION quiet(text) RETURNS bool LANGUAGE plpgsql LEAKPROOF COST 0.0001 AS \
     'BEGIN RAISE NOTICE ''%'', $1; RETURN true; END'",
    "CREATE AGGREGATE a(int) (SFUNC = wipes, STYPE = int, INITCOND = '0'); SELECT a(1)",
    "SELECT wiped(1)",
    "CREATE FUNCTION s(int, int) RETURNS int LANGUAGE plpgsql AS 'BEGIN DELETE FROM public.notes; RETURN 1; END'; \
     CREATE AGGREGATE a(int) (SFUNC = s, STYPE = int, INITCOND = '0'); SELECT a(1)",
    "CREATE FUNCTION c(int) RETURNS box2 LANGUAGE plpgsql AS 'BEGIN DELETE FROM public.notes; RETURN NULL; END'; \
     CREATE CAST (int AS box2) WITH FUNCTION c(int); SELECT 1::box2",
    "CREATE OPERATOR CLASS bad FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, \
     OPERATOR 5 >, FUNCTION 1 wipes(int, int); CREATE INDEX ON bare (id bad)",
    "CREATE STATISTICS s ON (wipes(id)), id FROM shown; ANALYZE shown",
    "DO $$ BEGIN EXECUTE 'DEL' || 'ETE FROM notes'; END $$",
    "DO $$ BEGIN EXECUTE E'\\x44ELETE FROM notes'; END $$",
    "DO $$ BEGIN EXECUTE U&'\\0044ELETE FROM notes'; END $$",
    "DO $$ BEGIN EXECUTE ('DELETE FROM notes'); END $$",
    "DO $$ DECLARE r record; BEGIN FOR r IN EXECUTE 'DELETE FROM notes RETURNING 1' LOOP NULL; END LOOP; END $$",
    "SELECT lo_export(lo_from_bytea(0, 'x'), '/tmp/dbtool_never')",
    "COPY notes TO PROGRAM 'true'",
    "COPY (SELECT * FROM notes) TO '/tmp/dbtool_never'",
    // Rows that come to where others read them.
    "CREATE TEMP TABLE t AS SELECT * FROM notes; INSERT INTO shown SELECT id, body FROM t",
    "CREATE TEMP TABLE t (LIKE notes); INSERT INTO t TABLE notes; INSERT INTO shown SELECT id, body FROM t",
    "CREATE VIEW v WITH (security_invoker) AS SELECT * FROM notes; INSERT INTO shown SELECT id, body FROM v",
    "CREATE FUNCTION f() RETURNS SETOF notes LANGUAGE sql AS 'SELECT * FROM notes'; \
     INSERT INTO shown SELECT id, body FROM f()",
    "CREATE TABLE z (LIKE notes); INSERT INTO z TABLE notes; GRANT SELECT ON z TO pg_monitor",
    "CREATE TABLE z (LIKE notes); WITH c AS (SELECT * FROM notes) INSERT INTO z TABLE c; GRANT SELECT ON z TO pg_monitor",
    "CREATE TABLE z (LIKE notes); MERGE INTO z USING notes n ON z.id = n.id WHEN NOT MATCHED THEN INSERT VALUES (n.id, 1, n.body); \
     GRANT SELECT ON z TO pg_monitor",
    "CREATE TABLE z (LIKE notes); GRANT SELECT ON z TO pg_monitor; INSERT INTO z SELECT * FROM notes",
    "INSERT INTO shown SELECT 1, table_to_xml('notes', true, false, '')::text",
    "SELECT pg_notify('all', body) FROM notes",
    "DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM notes LOOP PERFORM pg_notify('all', r.body); END LOOP; END $$",
    "ALTER TABLE parts DETACH PARTITION parts_1",
    "CREATE TABLE p (id int, tenant int, body text); ALTER TABLE notes INHERIT p; GRANT SELECT ON p TO pg_monitor",
    // Rights, roles and settings.
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor",
    "GRANT pg_read_all_data TO pg_monitor",
    "CREATE ROLE dbtool_never IN ROLE pg_read_all_data",
    "ALTER GROUP pg_monitor ADD USER CURRENT_USER",
    "ALTER ROLE ALL SET search_path = x, public",
    "ALTER ROLE pg_monitor SET row_security = off",
    "ALTER ROLE CURRENT_USER RESET ALL",
    "CREATE PUBLICATION p FOR ALL TABLES",
    "SECURITY LABEL ON TABLE notes IS 'open'",
    "REASSIGN OWNED BY CURRENT_USER TO pg_monitor",
    "DROP OWNED BY pg_monitor",
    "-- dbtool: no-transaction\nALTER SYSTEM SET session_replication_role = replica",
    "DO $$ BEGIN ALTER TABLE notes NO FORCE ROW LEVEL SECURITY; END $$",
    // Rows that go, or become others'.
    "EXPLAIN ANALYZE DELETE FROM notes",
    "PREPARE p AS DELETE FROM notes; EXPLAIN ANALYZE EXECUTE p",
    "DECLARE c CURSOR FOR SELECT * FROM notes FOR UPDATE; FETCH c; DELETE FROM notes WHERE CURRENT OF c",
    "DO $$ DECLARE c CURSOR FOR SELECT * FROM notes; BEGIN FOR r IN c LOOP UPDATE notes SET body = '' WHERE CURRENT OF c; \
     END LOOP; END $$",
    "WITH x AS (DELETE FROM notes RETURNING 1) SELECT * FROM x",
    "MERGE INTO notes n USING bare b ON n.id = b.id WHEN NOT MATCHED BY SOURCE THEN DELETE",
    "TRUNCATE tenants CASCADE",
    "DELETE FROM ONLY tenants",
    "UPDATE tenants SET id = 3 WHERE id = 1",
    "ALTER TABLE notes ALTER body TYPE text USING left(body, 0)",
    "ALTER TYPE mood RENAME VALUE 'good' TO 'bad'",
    "CREATE RULE gone AS ON INSERT TO bare DO ALSO DELETE FROM notes; INSERT INTO bare VALUES (1)",
    "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE far (id int, body text) SERVER s; \
     INSERT INTO far SELECT id, body FROM notes",
    "ALTER DATABASE \"{database}\" OWNER TO pg_monitor",
];

/// What looks like one of them and does no harm.
const HARMLESS: &[&str] = &[
    "CREATE TABLE z (LIKE notes); INSERT INTO z VALUES (1, 1, ''); GRANT SELECT ON z TO pg_monitor",
    "CREATE TEMP TABLE t AS SELECT * FROM bare; INSERT INTO shown SELECT * FROM t",
    "CREATE TEMP TABLE t AS SELECT * FROM notes; INSERT INTO bare SELECT id, body FROM t",
    "CREATE TABLE z (LIKE bare); GRANT SELECT ON z TO pg_monitor; INSERT INTO z SELECT * FROM bare",
    "CREATE TABLE z (LIKE notes); ALTER TABLE z ENABLE ROW LEVEL SECURITY; GRANT SELECT ON z TO pg_monitor; \
     INSERT INTO z SELECT * FROM notes",
    "CREATE AGGREGATE a(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0'); SELECT a(1)",
    "CREATE SCHEMA dbtool_nobody",
    "SELECT pg_notify('all', 'x')",
    "CREATE OR REPLACE TRIGGER fresh BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION guard()",
    "CREATE VIEW fine (body) WITH (security_invoker) AS SELECT body FROM notes",
    "CREATE EVENT TRIGGER more ON ddl_command_end EXECUTE FUNCTION watch(); CREATE TABLE z ()",
    "UPDATE tenants SET name = 'c' WHERE id = 1",
];

/// What stands around them for the other lists: code and views that read closed rows, code that decides who sees them, a
/// namespace ahead of others in the search path.
const AROUND: &str = r#"
    CREATE VIEW old_view AS SELECT * FROM notes;
    CREATE FUNCTION bodies() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER SET search_path = public AS 'SELECT body FROM notes';
    CREATE FUNCTION body_of(n int) RETURNS text LANGUAGE plpgsql AS $$DECLARE b text; BEGIN SELECT body INTO b FROM public.notes WHERE id = n; RETURN b; END$$;
    CREATE FUNCTION deep_body(n int) RETURNS text LANGUAGE sql AS 'SELECT body_of(n)';
    CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2';
    CREATE FUNCTION names() RETURNS SETOF text LANGUAGE sql AS 'SELECT name FROM public.tenants';
    CREATE VIEW counts AS SELECT twice(id) AS id, body FROM bare;
    CREATE VIEW via AS SELECT body FROM bodies() AS body;
    CREATE OPERATOR @@@ (FUNCTION = body_of, RIGHTARG = int);
    CREATE AGGREGATE bodied(int) (SFUNC = int4pl, STYPE = int, FINALFUNC = body_of, INITCOND = '0');
    CREATE TABLE members (tenant int, who text);
    CREATE FUNCTION is_member(int) RETURNS bool LANGUAGE sql SECURITY DEFINER AS 'SELECT EXISTS (SELECT FROM members WHERE tenant = $1 AND lower(who) = current_user)';
    CREATE TABLE deals (id int PRIMARY KEY, tenant int, body text);
    ALTER TABLE deals ENABLE ROW LEVEL SECURITY;
    ALTER TABLE deals FORCE ROW LEVEL SECURITY;
    CREATE POLICY member ON deals USING (is_member(tenant));
    CREATE POLICY narrow ON deals AS RESTRICTIVE USING (tenant > 0);
    GRANT SELECT, INSERT ON deals, notes TO {app};
    INSERT INTO deals VALUES (1, 1, 'd');
    CREATE FUNCTION spill() RETURNS void LANGUAGE sql AS 'INSERT INTO public.shown SELECT id, body FROM public.notes';
    CREATE FUNCTION stow() RETURNS void LANGUAGE sql AS 'INSERT INTO public.bare SELECT id, name FROM public.tenants';
    CREATE TABLE quiet (id int PRIMARY KEY, tenant int, body text, note_id int);
    CREATE EXTENSION citext; CREATE EXTENSION btree_gin; CREATE EXTENSION pg_stat_statements;
    CREATE TABLE emails (id int, email citext);
    INSERT INTO emails VALUES (1, 'a@b');
    CREATE TABLE kinds (id int, kind mood);
    INSERT INTO kinds VALUES (1, 'good');
    CREATE TABLE gone (id int);
    INSERT INTO gone VALUES (1);
    ALTER TABLE gone OWNER TO {boss};
    CREATE EXTENSION postgres_fdw;
    CREATE SERVER away FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1');
    CREATE FOREIGN TABLE abroad (id int, body text) SERVER away;
    CREATE SCHEMA {other};
    CREATE SCHEMA ahead;
    CREATE TABLE counted (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int NOT NULL DEFAULT 1, m int DEFAULT 1,
        CONSTRAINT positive CHECK (n > 0));
    CREATE TABLE open_parent (body text);
    GRANT SELECT ON open_parent TO {app};
    CREATE TABLE closed_parent (body text);
    CREATE FUNCTION wipe_i() RETURNS int LANGUAGE plpgsql AS $$BEGIN DELETE FROM public.notes; RETURN 1; END$$;
    CREATE FUNCTION wipe_row(tenants) RETURNS int LANGUAGE sql AS 'SELECT wipe_i()';
    CREATE FUNCTION wipe_by(a int DEFAULT wipe_i()) RETURNS int LANGUAGE sql AS 'SELECT $1';
    CREATE FUNCTION doubled(bare) RETURNS int LANGUAGE sql AS 'SELECT twice($1.id)';
    CREATE FUNCTION by_twice(n int) RETURNS int LANGUAGE sql AS 'SELECT twice(n)';
    CREATE FUNCTION calm() RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE MATERIALIZED VIEW mat AS SELECT 1 AS id;
    GRANT SELECT ON mat TO {app};
    CREATE PUBLICATION pub FOR TABLE bare;
    ALTER DATABASE "{database}" SET search_path = "$user", ahead, public;
    CREATE TABLE {other}.notes (id int);
    CREATE TABLE ext_rows (id int);
    ALTER EXTENSION btree_gin ADD TABLE ext_rows;
"#;

/// What a file may be allowed without being allowed to open or to delete anything.
const ALLOWED: &str = "breaks_code,blocks_reads,blocks_writes,rewrites_table,builds_index,may_fail";

/// A database of tenants, and the roles around it.
struct Place {
    bench: Bench,
    names: Vec<(&'static str, String)>,
}

impl Place {
    fn new() -> Self {
        let bench = bench();
        let role = |hint| bench.database.role(hint, "LOGIN");
        let mut names = vec![("{app}", role("app")), ("{boss}", role("boss")), ("{free}", role("free"))];
        names.push(("{other}", format!("{}_other", bench.database.name)));
        names.push(("{database}", bench.database.name.clone()));
        let place = Place { bench, names };
        place.bench.database.execute(&place.said(AROUND));
        place
    }

    fn said(&self, sql: &str) -> String {
        self.names.iter().fold(sql.to_owned(), |sql, (name, is)| sql.replace(name, is))
    }
}

/// What passes of attacks, and what is refused that does no harm.
fn wrong(attacks: &[&str], harmless: &[&str]) -> Vec<String> {
    wrong_but(ALLOWED, attacks, harmless)
}

/// The same where other dangers are allowed.
fn wrong_but(allowed: &str, attacks: &[&str], harmless: &[&str]) -> Vec<String> {
    wrong_in(&Place::new(), allowed, attacks, harmless)
}

/// The same in a place of its own.
fn wrong_in(place: &Place, allowed: &str, attacks: &[&str], harmless: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (all, code, args) in [(attacks, 3, &["migrate", "--allow", allowed][..]), (harmless, 1, &["migrate"])] {
        for sql in all {
            let sql = place.said(sql);
            write(&place.bench, "V0002__by_hand", &format!("{sql};\nSELECT 1/0;\n"));
            let run = place.bench.tool().args(args).run();
            if run.code != code || (code == 1) != run.stderr.contains("division by zero") {
                wrong.push(format!("{sql}\n    wants {code}: {}", run.stderr));
            }
        }
    }
    wrong
}

fn none_passes(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} pass: {}", wrong.len(), wrong.join("\n"));
}

fn bench() -> Bench {
    let bench = Bench::new();
    write(&bench, "V0001__first", "SELECT 1;\n");
    bench.run(0, &["migrate"]);
    bench.database.execute(TENANTS);
    bench
}

fn write(bench: &Bench, name: &str, sql: &str) {
    bench.project.write(&format!("migrations/{name}.sql"), sql);
    bench.project.write(&format!("migrations/{name}.down.sql"), "SELECT 1;\n");
}

#[test]
fn who_means_harm_has_to_say_so() {
    let bench = bench();
    let database = bench.value("SELECT current_database()");
    let mut wrong = Vec::new();
    for (all, code) in [(ATTACKS, 3), (HARMLESS, 1)] {
        for sql in all {
            let sql = sql.replace("{database}", &database);
            write(&bench, "V0002__by_hand", &format!("{sql};\nSELECT 1/0;\n"));
            let run = bench.tool().args(["migrate"]).run();
            if run.code != code || (code == 1) != run.stderr.contains("division by zero") {
                let said = run.stderr.lines().find(|line| line.starts_with("error")).unwrap_or_default();
                wrong.push(format!("{sql}\n    wants {code}: {said}"));
            }
            bench.database.execute("DROP TABLE IF EXISTS public.dbtool_unfinished");
        }
    }
    assert!(wrong.is_empty(), "{} pass: {}", wrong.len(), wrong.join("\n"));
}

#[test]
fn rows_do_not_leave_where_they_are_closed() {
    none_passes(&wrong(moved::ATTACKS, moved::HARMLESS));
    none_passes(&wrong(moved::GIVEN, moved::KEPT));
}

#[test]
fn names_do_not_come_to_mean_something_else() {
    none_passes(&wrong(names::ATTACKS, names::HARMLESS));
}

#[test]
fn rows_do_not_become_another_tenants() {
    none_passes(&wrong(tenants::ATTACKS, tenants::HARMLESS));
}

#[test]
fn other_words_do_the_same() {
    none_passes(&wrong(disguise::ATTACKS, disguise::HARMLESS));
}

#[test]
fn what_runs_unseen_is_looked_into() {
    none_passes(&wrong(running::ATTACKS, running::HARMLESS));
}

#[test]
fn code_does_not_lose_what_it_relies_on() {
    none_passes(&wrong_but(breaks::ALLOWED, breaks::ATTACKS, breaks::HARMLESS));
}

/// What passes of attacks where more stands around.
fn wrong_later(attacks: &[&str], harmless: &[&str]) -> Vec<String> {
    let place = Place::new();
    place.bench.database.execute(&place.said(unseen::MORE));
    wrong_in(&place, ALLOWED, attacks, harmless)
}

#[test]
fn parts_are_closed_as_the_whole_is() {
    none_passes(&wrong_later(unseen::PARTS, unseen::PARTS_KEPT));
}

#[test]
fn what_others_run_later_does_no_harm() {
    none_passes(&wrong_later(unseen::LATER, unseen::LATER_KEPT));
}

#[test]
fn values_do_not_come_along_to_other_tenants() {
    none_passes(&wrong_later(unseen::CARRIED, unseen::CARRIED_KEPT));
}

#[test]
fn nobody_waits_for_what_takes_its_time() {
    let place = Place::new();
    place.bench.database.execute(&place.said(unseen::MORE));
    let allowed = format!("{},breaks_code", breaks::ALLOWED);
    none_passes(&wrong_in(&place, &allowed, unseen::WAITS, unseen::WAITS_SHORT));
}

#[test]
fn what_does_not_run_in_a_migration_is_refused() {
    let place = Place::new();
    for sql in disguise::REFUSED {
        write(&place.bench, "V0002__by_hand", &format!("{};\nSELECT 1/0;\n", place.said(sql)));
        let run = place.bench.tool().args(["migrate", "--allow", ALLOWED]).run();
        assert!([1, 3].contains(&run.code) && !run.stderr.contains("division by zero"), "{sql}: {}", run.stderr);
    }
}

/// Each of them leaves something, so each has a database of its own.
#[test]
fn a_later_file_does_not_open_what_an_earlier_one_prepared() {
    let place = Place::new();
    let mut wrong = Vec::new();
    for (all, code) in [(runs::ATTACKS, 3), (runs::HARMLESS, 1)] {
        for files in all {
            let bench = Bench { project: Project::new(), database: place.bench.database.copy("malice") };
            write(&bench, "V0001__first", "SELECT 1;\n");
            for (at, sql) in files.iter().enumerate() {
                let head = if sql.starts_with('^') { "-- hazards: weakens_access\n" } else { "" };
                let end = if at + 1 == files.len() { "SELECT 1/0;\n" } else { "" };
                let sql = place.said(sql);
                write(
                    &bench,
                    &format!("V{:04}__by_hand", at + 2),
                    &format!("{head}{};\n{end}", sql.trim_start_matches('^')),
                );
            }
            let run = bench.tool().args(["migrate", "--allow", ALLOWED]).run();
            let last = format!("V{:04}__by_hand.sql", files.len() + 1);
            if run.code != code || !run.stderr.contains(&last) {
                wrong.push(format!("{}\n    wants {code}: {}", files.join(" | "), run.stderr));
            }
        }
    }
    none_passes(&wrong);
}
