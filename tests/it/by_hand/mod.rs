//! Files that somebody wrote by hand, or wrote into, against databases that are in use: what of them is refused, and what is
//! not. Each statement is run by the binary in a file that fails at its end, so that nothing of it stays.

mod permitted;

use crate::command::Bench;

/// A database in use: `full` holds rows, `bare` none, `closed` has row security.
const IN_USE: &str = "
    CREATE SCHEMA x;
    CREATE TABLE x.full (id int);
    INSERT INTO x.full VALUES (1);
    CREATE TABLE \"full\" (id int PRIMARY KEY, a int, b text);
    INSERT INTO \"full\" SELECT n, n, 'x' FROM generate_series(1, 10) AS n;
    CREATE TABLE bare (id int PRIMARY KEY, a int);
    CREATE TABLE closed (id int, tenant int);
    INSERT INTO closed VALUES (1, 1);
    CREATE FUNCTION deep() RETURNS int LANGUAGE sql STABLE AS $$SELECT 1$$;
    CREATE FUNCTION tenant() RETURNS int LANGUAGE sql STABLE AS $$SELECT deep()$$;
    ALTER TABLE closed ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON closed USING (tenant = tenant());
    CREATE POLICY narrow ON closed AS RESTRICTIVE USING (id > 0);
    CREATE VIEW seen AS SELECT * FROM x.full;
    CREATE FUNCTION wipe() RETURNS void LANGUAGE plpgsql AS $$BEGIN DELETE FROM public.\"full\"; END$$;
    CREATE FUNCTION wipe_too() RETURNS void LANGUAGE sql AS $$SELECT wipe()$$;
    CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS $$SELECT n * 2$$;
    CREATE TABLE range (id int) PARTITION BY RANGE (id);
    CREATE TABLE parts (tenant int) PARTITION BY LIST (tenant);
    ALTER TABLE parts ENABLE ROW LEVEL SECURITY;
    CREATE TABLE shown (id int, tenant int);
    GRANT SELECT ON shown TO pg_monitor;
    CREATE FUNCTION wipes(int, int) RETURNS bool LANGUAGE plpgsql AS $$BEGIN DELETE FROM public.\"full\"; RETURN true; END$$;
    CREATE OPERATOR === (FUNCTION = wipes, LEFTARG = int, RIGHTARG = int);
    CREATE VIEW calls WITH (security_invoker) AS SELECT wipe()::text AS w;
    CREATE VIEW calls_too WITH (security_invoker) AS SELECT w FROM calls;
    CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
    CREATE FUNCTION hands() RETURNS trigger LANGUAGE plpgsql
        AS $$BEGIN INSERT INTO public.shown VALUES (NEW.id); RETURN NEW; END$$;
    CREATE DOMAIN positive AS int CHECK (VALUE > 0);
    CREATE DOMAIN number AS int;
    CREATE TABLE members (tenant int);
    CREATE POLICY members ON closed USING (tenant IN (SELECT tenant FROM members));
    CREATE TABLE days (id int) PARTITION BY LIST (id);
    CREATE TABLE days_rest PARTITION OF days DEFAULT;
    INSERT INTO days VALUES (1);
    CREATE TRIGGER guard BEFORE INSERT ON bare FOR EACH ROW EXECUTE FUNCTION guard();
";

/// A statement, and the hazards that have to be allowed for it.
const CASES: &[(&str, &str)] = &[
    // What goes, by whatever name.
    ("DROP TABLE public.\"full\"", "breaks_code,deletes_data"),
    ("DROP TABLE U&\"\\0066ull\"", "breaks_code,deletes_data"),
    ("DROP TABLE IF EXISTS nowhere", ""),
    ("DROP TABLE nowhere", "breaks_code,deletes_data"),
    ("SET search_path = x; DROP TABLE \"full\"", "breaks_code,deletes_data"),
    ("ALTER TABLE \"full\" RENAME TO other; TRUNCATE other", "breaks_code,deletes_data"),
    ("ALTER TABLE bare SET SCHEMA x; DROP TABLE x.bare", "breaks_code"),
    ("CREATE TABLE IF NOT EXISTS \"full\" (); DROP TABLE \"full\"", "breaks_code,deletes_data"),
    ("CREATE TABLE IF NOT EXISTS fresh (); DROP TABLE fresh", ""),
    ("CREATE TABLE fresh (); DROP TABLE fresh", ""),
    ("CREATE TEMP TABLE \"full\" (id int); DROP TABLE \"full\"", ""),
    (
        "CREATE TEMP TABLE \"full\" (id int); DROP TABLE \"full\"; DROP TABLE \"full\" CASCADE",
        "breaks_code,deletes_data,weakens_access",
    ),
    ("DROP SCHEMA x CASCADE", "deletes_data"),
    ("DROP FUNCTION tenant CASCADE", "deletes_data,weakens_access"),
    ("DROP FUNCTION twice", "breaks_code"),
    ("DROP FUNCTION IF EXISTS nowhere(int)", ""),
    ("DROP VIEW seen", "breaks_code"),
    ("DROP VIEW IF EXISTS nowhere", ""),
    ("DROP VIEW seen; CREATE VIEW seen WITH (security_invoker) AS SELECT 1 AS a", ""),
    ("DROP TRIGGER guard ON bare", "breaks_code"),
    ("DROP TRIGGER IF EXISTS nowhere ON bare", ""),
    ("ALTER TABLE closed DROP COLUMN id CASCADE", "breaks_code,deletes_data,weakens_access"),
    ("dRoP /* a */ TaBlE /* /* nested */ */ \"full\" -- x", "breaks_code,deletes_data"),
    ("ALTER TABLE IF EXISTS ONLY public . \"full\" ADD z int, DROP IF EXISTS b CASCADE", "breaks_code,deletes_data"),
    (
        "CREATE TABLE z (); ALTER TABLE z RENAME TO y; ALTER TABLE \"full\" RENAME TO z; DROP TABLE z",
        "breaks_code,deletes_data",
    ),
    ("ALTER TABLE x.\"full\" SET SCHEMA public; DROP TABLE IF EXISTS public.\"full\"", "breaks_code,deletes_data"),
    ("ALTER TABLE \"full\" ALTER b TYPE text USING ''", "deletes_data,rewrites_table"),
    // Rows.
    ("WITH b AS (WITH c AS (DELETE FROM \"full\" RETURNING id) SELECT * FROM c) SELECT * FROM b", "deletes_data"),
    ("EXPLAIN (ANALYZE, FORMAT JSON) UPDATE \"full\" SET b = 'y'", "cannot_undo"),
    ("UPDATE \"full\" AS f SET b = '' FROM (SELECT 1) s WHERE f.id = f.id", "cannot_undo"),
    ("DELETE FROM \"full\" WHERE true", "deletes_data"),
    ("DELETE FROM \"full\" WHERE id = 3", "deletes_data"),
    ("DELETE FROM bare", ""),
    ("DELETE FROM seen", "deletes_data"),
    ("WITH gone AS (DELETE FROM \"full\" RETURNING *) SELECT * FROM gone", "deletes_data"),
    ("MERGE INTO \"full\" f USING bare b ON f.id = b.id WHEN MATCHED THEN DELETE", "deletes_data"),
    ("PREPARE p AS DELETE FROM \"full\"; EXECUTE p", "deletes_data"),
    ("TRUNCATE bare, \"full\"", "deletes_data"),
    ("UPDATE \"full\" SET b = ''", "cannot_undo"),
    ("UPDATE \"full\" SET b = '' WHERE 1 = 1", "cannot_undo"),
    ("UPDATE \"full\" SET b = '' WHERE b IS NULL", ""),
    ("UPDATE bare SET a = 1", ""),
    // Conditions that are true in disguise, which only the rows know.
    ("UPDATE \"full\" SET b = '' WHERE id > 0", "cannot_undo"),
    ("UPDATE \"full\" SET b = '' WHERE id > 5", ""),
    ("UPDATE \"full\" SET b = '' WHERE id % 2 = 1 OR id % 2 = 0", "cannot_undo"),
    ("UPDATE public.\"full\" AS f SET b = '' WHERE f.b LIKE lower('X')", "cannot_undo"),
    ("UPDATE \"full\" SET b = '' WHERE id IN (SELECT id FROM \"full\")", "cannot_undo"),
    ("UPDATE \"full\" SET b = '' WHERE EXISTS (SELECT FROM bare WHERE bare.id = \"full\".id)", ""),
    ("UPDATE \"full\" SET b = '' WHERE twice(id) > 4", "cannot_undo"),
    ("UPDATE \"full\" f SET b = '' FROM bare WHERE bare.id = f.id", ""),
    ("UPDATE \"full\" f SET b = '' FROM generate_series(1, 10) AS n WHERE n = f.id", "cannot_undo"),
    ("WITH k AS (SELECT id FROM \"full\") UPDATE \"full\" SET b = '' FROM k WHERE k.id = \"full\".id", "cannot_undo"),
    ("UPDATE \"full\" SET b = '' WHERE nowhere.id = 1", "cannot_undo"),
    ("UPDATE \"full\" SET b = '' WHERE nowhere.id = 1; UPDATE \"full\" SET a = 1 WHERE id = 1", "cannot_undo"),
    ("DO $$ DECLARE n int := 3; BEGIN UPDATE \"full\" SET b = '' WHERE id = n; END $$", "cannot_undo"),
    ("UPDATE x.\"full\" SET id = 2 WHERE id = 1", ""),
    ("MERGE INTO \"full\" f USING \"full\" g ON f.id = g.id WHEN MATCHED THEN UPDATE SET b = ''", "cannot_undo"),
    ("MERGE INTO \"full\" f USING bare g ON f.id = g.id WHEN MATCHED THEN UPDATE SET b = ''", ""),
    ("INSERT INTO \"full\" SELECT id, a, '' FROM \"full\" ON CONFLICT (id) DO UPDATE SET b = ''", "cannot_undo"),
    ("INSERT INTO \"full\" VALUES (1, 1, 'y') ON CONFLICT (id) DO UPDATE SET b = 'y'", ""),
    ("ALTER TABLE \"full\" ADD c int; UPDATE \"full\" SET c = twice(a)", "blocks_reads"),
    ("ALTER TABLE \"full\" ADD c int; UPDATE \"full\" SET c = 1 WHERE id = 3", ""),
    ("ALTER TABLE \"full\" ADD COLUMN IF NOT EXISTS c int; UPDATE \"full\" SET c = 1", "blocks_reads"),
    ("ALTER TABLE \"full\" ADD COLUMN IF NOT EXISTS c int; UPDATE \"full\" SET c = 1 WHERE c IS NULL", "blocks_reads"),
    ("ALTER TABLE \"full\" ADD COLUMN IF NOT EXISTS b text; UPDATE \"full\" SET b = ''", "blocks_reads,cannot_undo"),
    // Code.
    ("DO $$ BEGIN DELETE FROM \"full\"; END $$", "deletes_data"),
    ("DO $$ BEGIN EXECUTE 'DELETE FROM \"full\"'; END $$", "deletes_data"),
    ("DO $$ BEGIN EXECUTE format('DELETE FROM %I', 'full'); END $$", "deletes_data,weakens_access"),
    ("DO $$ BEGIN IF to_regtype('mood') IS NULL THEN CREATE TYPE mood AS ENUM ('good'); END IF; END $$", ""),
    ("SELECT wipe()", "deletes_data,weakens_access"),
    ("SELECT wipe_too()", "deletes_data,weakens_access"),
    ("DO $$ BEGIN PERFORM wipe(); END $$", "deletes_data,weakens_access"),
    ("SELECT twice(1), lower('A')", ""),
    (
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN DROP TABLE \"full\"; END $$; CALL p()",
        "deletes_data,weakens_access",
    ),
    ("CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT one()", ""),
    ("COPY bare FROM PROGRAM 'true'", "deletes_data,weakens_access"),
    ("DO $a$ BEGIN EXECUTE $b$ DO $c$ BEGIN TRUNCATE \"full\"; END $c$ $b$; END $a$", "deletes_data"),
    ("DO $$ BEGIN CASE WHEN true THEN DELETE FROM \"full\"; ELSE NULL; END CASE; END $$", "deletes_data"),
    ("DO $$ DECLARE t text := wipe()::text; BEGIN NULL; END $$", "deletes_data,weakens_access"),
    ("INSERT INTO bare (id) VALUES (1) RETURNING public . \"wipe\" ( )", "deletes_data,weakens_access"),
    ("CREATE TABLE z AS SELECT wipe()::text AS w", "deletes_data,weakens_access"),
    (
        "CREATE VIEW v WITH (security_invoker) AS SELECT wipe()::text AS w; SELECT * FROM v",
        "deletes_data,weakens_access",
    ),
    (
        "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM \"full\"; RETURN NEW; END $$; \
         CREATE TRIGGER g BEFORE INSERT ON bare FOR EACH ROW EXECUTE FUNCTION g(); INSERT INTO bare VALUES (1)",
        "deletes_data,weakens_access",
    ),
    (
        "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM \"full\"; RETURN NEW; END $$; \
         CREATE TRIGGER g BEFORE INSERT ON bare FOR EACH ROW EXECUTE FUNCTION g()",
        "",
    ),
    ("CREATE TRIGGER g BEFORE INSERT ON shown FOR EACH ROW EXECUTE FUNCTION guard(); INSERT INTO shown VALUES (1)", ""),
    ("SELECT 1 === 2", "deletes_data,weakens_access"),
    ("SELECT * FROM calls_too", "deletes_data,weakens_access"),
    ("CREATE TABLE z AS TABLE calls", "deletes_data,weakens_access"),
    ("SELECT * FROM seen", ""),
    // Access.
    ("ALTER TABLE closed RENAME TO opened; CREATE POLICY p ON opened USING (true)", "breaks_code,weakens_access"),
    ("CREATE SCHEMA y CREATE TABLE t (a int) GRANT SELECT ON public.\"full\" TO pg_monitor", "weakens_access"),
    (
        "CREATE TABLE z (LIKE closed); INSERT INTO z SELECT * FROM closed; GRANT SELECT ON z TO pg_monitor",
        "weakens_access",
    ),
    ("CREATE TABLE z (LIKE closed); INSERT INTO z VALUES (1, 1); GRANT SELECT ON z TO pg_monitor", ""),
    (
        "ALTER FUNCTION tenant() RENAME TO t2; CREATE FUNCTION tenant() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "breaks_code,weakens_access",
    ),
    ("CREATE POLICY p ON closed USING (true)", "weakens_access"),
    ("CREATE POLICY p ON closed AS RESTRICTIVE USING (true)", ""),
    ("CREATE POLICY p ON bare USING (true); ALTER TABLE bare ENABLE ROW LEVEL SECURITY", ""),
    ("CREATE TABLE fresh (); ALTER TABLE fresh ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON fresh USING (true)", ""),
    ("ALTER POLICY own ON closed USING (true)", "weakens_access"),
    ("DROP POLICY narrow ON closed", "weakens_access"),
    ("DROP POLICY own ON closed", ""),
    ("ALTER POLICY narrow ON closed RENAME TO n; DROP POLICY IF EXISTS n ON closed", "weakens_access"),
    ("GRANT SELECT ON \"full\" TO pg_monitor", "weakens_access"),
    ("CREATE TABLE fresh (); GRANT SELECT ON fresh TO pg_monitor", ""),
    ("CREATE TABLE fresh (); GRANT SELECT ON fresh TO PUBLIC", "weakens_access"),
    ("GRANT pg_read_all_data TO pg_monitor", "weakens_access"),
    ("REVOKE ALL ON \"full\" FROM pg_monitor", ""),
    ("REVOKE SELECT ON shown FROM pg_monitor", "breaks_code"),
    ("CREATE TABLE c1 PARTITION OF parts FOR VALUES IN (1)", ""),
    ("CREATE TABLE c1 PARTITION OF parts FOR VALUES IN (1); GRANT SELECT ON c1 TO pg_monitor", "weakens_access"),
    ("INSERT INTO shown SELECT * FROM closed", "weakens_access"),
    ("INSERT INTO bare SELECT id FROM closed", ""),
    ("UPDATE closed SET tenant = 2 WHERE tenant = 1", "weakens_access"),
    ("UPDATE closed SET tenant = 2 WHERE tenant IS NULL", "weakens_access"),
    ("WITH c AS (SELECT * FROM closed) INSERT INTO shown SELECT * FROM c", "weakens_access"),
    (
        "DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM closed LOOP INSERT INTO shown VALUES (r.id); END LOOP; END $$",
        "weakens_access",
    ),
    ("CREATE TRIGGER g AFTER INSERT ON closed FOR EACH ROW EXECUTE FUNCTION hands()", "weakens_access"),
    ("CREATE TRIGGER g BEFORE INSERT ON closed FOR EACH ROW EXECUTE FUNCTION guard()", ""),
    ("CREATE TRIGGER g AFTER INSERT ON bare FOR EACH ROW EXECUTE FUNCTION hands()", ""),
    ("INSERT INTO members VALUES (2)", "weakens_access"),
    ("INSERT INTO bare VALUES (2)", ""),
    ("ALTER TABLE closed ALTER tenant SET DEFAULT 2", "weakens_access"),
    ("ALTER TABLE bare ALTER a SET DEFAULT 2", ""),
    ("ALTER TABLE closed ALTER tenant SET DEFAULT tenant()", ""),
    ("ALTER TABLE closed ALTER COLUMN tenant SET DEFAULT (public.tenant())::int", ""),
    ("ALTER TABLE closed ALTER tenant SET DEFAULT twice(1)", "weakens_access"),
    ("ALTER TABLE closed ALTER tenant SET DEFAULT coalesce(tenant(), 2)", "weakens_access"),
    ("ALTER TABLE closed ALTER tenant SET DEFAULT nullif(current_setting('app.other'), '')::int", "weakens_access"),
    ("GRANT SELECT ON shown TO pg_monitor", ""),
    ("GRANT SELECT (id) ON TABLE public.shown TO pg_monitor", ""),
    ("GRANT SELECT, INSERT ON shown TO pg_monitor", "weakens_access"),
    ("GRANT SELECT ON shown TO pg_monitor WITH GRANT OPTION", "weakens_access"),
    ("GRANT SELECT ON shown TO pg_monitor, pg_read_all_data", "weakens_access"),
    ("GRANT ALL ON shown TO pg_monitor", "weakens_access"),
    ("ALTER ROLE CURRENT_USER PASSWORD 'known'", "weakens_access"),
    (
        "CREATE FUNCTION inc(n int) RETURNS void LANGUAGE sql AS 'UPDATE bare SET a = a + 1 WHERE id = n'; SELECT inc(1)",
        "",
    ),
    ("CREATE OR REPLACE FUNCTION deep() RETURNS int LANGUAGE sql AS 'SELECT 2'", "weakens_access"),
    ("ALTER FUNCTION deep() SET work_mem = '1MB'", "weakens_access"),
    ("CREATE OR REPLACE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'", ""),
    ("ALTER ROLE pg_monitor SET app.tenant = '1'", "weakens_access"),
    ("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC", "weakens_access"),
    ("ALTER ROLE CURRENT_USER BYPASSRLS", "weakens_access"),
    ("CREATE VIEW leak AS SELECT * FROM closed", "weakens_access"),
    ("CREATE VIEW fine WITH (security_invoker) AS SELECT * FROM closed", ""),
    ("CREATE OR REPLACE FUNCTION tenant() RETURNS int LANGUAGE sql AS 'SELECT 2'", "weakens_access"),
    ("CREATE OR REPLACE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT n + n'", ""),
    ("CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'", "weakens_access"),
    ("ALTER TABLE \"full\" OWNER TO pg_monitor", "weakens_access"),
    ("ALTER TABLE closed FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY", "weakens_access"),
    ("ALTER TABLE closed DISABLE ROW LEVEL SECURITY; ALTER TABLE closed ENABLE ROW LEVEL SECURITY", ""),
    ("SET session_replication_role = replica", "weakens_access"),
    ("ALTER TABLE \"full\" DISABLE TRIGGER ALL", "weakens_access"),
    ("CREATE TABLE r1 PARTITION OF range FOR VALUES FROM (1) TO (2)", ""),
    ("UPDATE pg_class SET relrowsecurity = false WHERE relname = 'closed'", "weakens_access"),
    // Who waits.
    ("ALTER TABLE \"full\" ADD c float DEFAULT random()", "rewrites_table"),
    ("ALTER TABLE bare ADD c float DEFAULT random()", ""),
    ("ALTER TABLE \"full\" ADD c timestamptz DEFAULT now()", ""),
    ("ALTER TABLE \"full\" ALTER a SET NOT NULL", "blocks_reads,breaks_code"),
    ("ALTER TABLE \"full\" ALTER a TYPE bigint", "rewrites_table"),
    ("ALTER TABLE \"full\" ADD CHECK (NOT (a < 0))", "blocks_reads"),
    ("ALTER TABLE \"full\" ADD CHECK (a > 0) NOT VALID", ""),
    ("CREATE INDEX ON \"full\" (a)", "blocks_writes"),
    ("CREATE INDEX ON bare (a)", ""),
    ("LOCK TABLE \"full\"", "blocks_reads"),
    ("SET lock_timeout = 0", "blocks_reads"),
    ("CREATE TABLE d1 PARTITION OF days FOR VALUES IN (2)", "blocks_reads"),
    ("ALTER SCHEMA x RENAME TO y", "breaks_code"),
    ("ALTER TABLE \"full\" ADD c positive", "rewrites_table"),
    ("ALTER TABLE \"full\" ADD c number, ADD d positive[]", ""),
    ("ALTER TABLE bare ADD c positive", ""),
    ("ALTER TABLE bare ADD c int; SELECT pg_sleep(0)", "blocks_reads"),
    ("ALTER TABLE bare ADD CHECK (a > 0) NOT VALID; ALTER TABLE bare VALIDATE CONSTRAINT bare_a_check", ""),
    (
        "ALTER TABLE \"full\" ADD CHECK (a > 0) NOT VALID; ALTER TABLE \"full\" VALIDATE CONSTRAINT full_a_check",
        "blocks_reads",
    ),
    ("REINDEX TABLE \"full\"", "blocks_reads"),
    ("CLUSTER \"full\" USING full_pkey", "rewrites_table"),
    ("-- dbtool: no-transaction\nVACUUM FULL \"full\"", "rewrites_table"),
    ("-- dbtool: no-transaction\nVACUUM (ANALYZE) \"full\"", ""),
];

/// Puts a file with its way back into the project.
fn file(bench: &Bench, name: &str, sql: &str) {
    bench.project.write(&format!("migrations/{name}.sql"), sql);
    bench.project.write(&format!("migrations/{name}.down.sql"), "SELECT 1;\n");
}

/// What a run says has to be allowed.
fn to_be_allowed(stderr: &str) -> String {
    let flag = stderr.split_once("--allow ").map_or("", |(_, rest)| rest);
    flag.split('`').next().unwrap_or_default().to_owned()
}

#[test]
fn what_somebody_wrote_is_refused_for_what_it_does() {
    let bench = Bench::new();
    file(&bench, "V0001__first", "SELECT 1;\n");
    bench.run(0, &["migrate"]);
    bench.database.execute(IN_USE);
    let mut wrong = Vec::new();
    for (sql, wish) in CASES {
        file(&bench, "V0002__by_hand", &format!("{sql};\nSELECT 1/0;\n"));
        let run = bench.tool().args(["migrate"]).run();
        let found = to_be_allowed(&run.stderr);
        let code = if wish.is_empty() { 1 } else { 3 };
        let through = run.stderr.contains("division by zero");
        if run.code != code || through != wish.is_empty() || *wish != found {
            wrong.push(format!("{sql}\n   wants {wish:?}\n{run}"));
        }
        // Half of a file without a transaction would be in the way of the next.
        bench.database.execute("DROP TABLE IF EXISTS public.dbtool_unfinished");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where nobody has anything, nothing is lost.
#[test]
fn a_new_database_takes_whatever_the_files_do() {
    let bench = Bench::new();
    file(&bench, "V0001__all", IN_USE);
    for (at, sql) in [
        "DROP VIEW seen; DELETE FROM \"full\"; UPDATE x.full SET id = 1; ALTER TABLE x.full RENAME TO other; DROP TABLE x.other",
        "DO $$ BEGIN EXECUTE 'DROP TABLE ' || 'bare'; END $$; SELECT wipe()",
        "DROP POLICY narrow ON closed; CREATE VIEW leak AS SELECT * FROM closed; GRANT SELECT ON leak TO PUBLIC",
        "DROP SCHEMA x CASCADE",
    ]
    .iter()
    .enumerate()
    {
        file(&bench, &format!("V{:04}__more", at + 2), sql);
    }
    bench.run(0, &["migrate"]);
}
