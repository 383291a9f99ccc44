use super::*;

/// What a hazard hangs on.
fn shown(about: &About) -> String {
    match about {
        About::Always => "always".to_owned(),
        About::Anything => "anything".to_owned(),
        About::Closed => "closed".to_owned(),
        About::Table { sql, asks, perhaps } => {
            let asks = match asks {
                Asks::There => "there".to_owned(),
                Asks::Rows => "rows".to_owned(),
                Asks::Closed => "closed".to_owned(),
                Asks::Values(_) => "values".to_owned(),
                Asks::Restricts(_) => "restricts".to_owned(),
                Asks::Opens => "opens".to_owned(),
                Asks::Copied(to) => format!("copied {}", to.as_deref().unwrap_or("own")),
                Asks::Decides(columns) => format!("decides {}", columns.join(" ")),
                Asks::Granted(roles) => format!("granted {}", roles.join(" ")),
                Asks::Trigger(name) => format!("trigger {name}"),
                Asks::Restrains => "restrains".to_owned(),
                Asks::Many => "many".to_owned(),
                Asks::Steers => "steers".to_owned(),
                Asks::HandsOn(function) => format!("hands on {}", function.as_deref().unwrap_or("own")),
                Asks::Default => "default".to_owned(),
                Asks::Typed(name) => format!("typed {name}"),
                Asks::Spares(it) => {
                    let parts =
                        [&it.with, &it.alias, &it.sources, &it.condition, &it.columns.join(" "), &it.calls.join(" ")];
                    format!("spares {}", parts.map(String::as_str).join(" | "))
                }
            };
            format!("{sql} {asks}{}", if *perhaps { "?" } else { "" })
        }
        About::Calls(calls) => {
            let all = calls.functions.iter().chain(&calls.operators).chain(&calls.relations);
            format!("calls {}", all.map(String::as_str).collect::<Vec<_>>().join(" "))
        }
        About::Guards(name) => format!("guards {name}"),
        About::Routine(name) => format!("routine {name}"),
        About::Hands(name) => format!("hands {name}"),
    }
}

/// What is only asked wherever rows are read or written.
fn is_usual(about: &About) -> bool {
    match about {
        About::Table { asks, .. } => {
            matches!(
                asks,
                Asks::Copied(_)
                    | Asks::Decides(_)
                    | Asks::Many
                    | Asks::Steers
                    | Asks::Default
                    | Asks::HandsOn(Some(_))
                    | Asks::Typed(_)
            )
        }
        About::Calls(calls) => calls.functions.is_empty() && calls.operators.is_empty(),
        _ => false,
    }
}

fn told(sql: &str, usual: bool) -> Vec<String> {
    let all = in_script(sql).into_iter().filter(|it| usual || !is_usual(&it.about));
    all.map(|it| format!("{}: {}", it.hazard.rule.name, shown(&it.about))).collect()
}

/// What is told of a script: each hazard, with what it hangs on.
fn found(sql: &str) -> Vec<String> {
    told(sql, false)
}

/// Statements, and all that is told of each.
fn check(cases: &[(&str, &[&str])]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(sql, wish)| found(sql) != *wish)
        .map(|(sql, wish)| format!("{sql}\n   is {:?}\n  not {wish:?}", found(sql)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const DROPPED: &[&str] = &["breaks_code: t there", "deletes_data: t rows"];
const UNSURE: &[&str] = &["breaks_code: anything", "deletes_data: anything"];
const OPAQUE: &[&str] = &["deletes_data: anything", "weakens_access: anything"];
const CLOSED: &[&str] = &["weakens_access: t closed"];
const OPEN: &[&str] = &["weakens_access: t there"];

#[test]
fn what_goes() {
    check(&[
        ("DROP TABLE t", DROPPED),
        ("DROP TABLE IF EXISTS t", &["breaks_code: t there?", "deletes_data: t rows?"]),
        ("drop/**/table\n--x\nt", DROPPED),
        ("DROP TABLE db.s.t", &["breaks_code: s.t there", "deletes_data: s.t rows"]),
        ("DROP TABLE U&\"\\0074\"", DROPPED),
        ("DROP TABLE U&\"!0074\" UESCAPE '!'", UNSURE),
        ("DROP TABLE \"T\"", &["breaks_code: \"T\" there", "deletes_data: \"T\" rows"]),
        (
            "DROP TABLE t CASCADE",
            &["breaks_code: t there", "deletes_data: t rows", "breaks_code: t there", "weakens_access: t restrains"],
        ),
        ("CREATE TABLE a (); DROP TABLE a, t", DROPPED),
        ("DROP SCHEMA s CASCADE", &["deletes_data: anything"]),
        ("DROP SCHEMA s", &[]),
        ("CREATE SCHEMA s; DROP SCHEMA s CASCADE", &[]),
        ("CREATE SCHEMA IF NOT EXISTS s; DROP SCHEMA s CASCADE", &["deletes_data: anything"]),
        ("DROP OWNED BY r", &["deletes_data: anything"]),
        ("DROP TYPE mood CASCADE", OPAQUE),
        ("DROP EXTENSION vector CASCADE", OPAQUE),
        ("DROP VIEW v CASCADE", &["breaks_code: v there", "breaks_code: v there", "weakens_access: v restrains"]),
        ("DROP VIEW v; DROP INDEX i; DROP FUNCTION f()", &["breaks_code: v there", "breaks_code: routine f"]),
        ("DROP MATERIALIZED VIEW IF EXISTS s.v, w", &["breaks_code: s.v there?", "breaks_code: w there?"]),
        ("DROP VIEW v; CREATE VIEW v WITH (security_invoker) AS SELECT 1", &[]),
        ("CREATE VIEW v WITH (security_invoker) AS SELECT 1; DROP VIEW v; DROP VIEW v", &["breaks_code: anything"]),
        ("DROP PROCEDURE IF EXISTS s.p(int, text), q", &["breaks_code: routine p", "breaks_code: routine q"]),
        (
            "DROP FUNCTION f(int); CREATE FUNCTION f(bigint) RETURNS int LANGUAGE sql AS 'SELECT 1'",
            &["weakens_access: guards f"],
        ),
        (
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; DROP FUNCTION f()",
            &["weakens_access: guards f"],
        ),
        ("DROP TRIGGER IF EXISTS g ON t", &["breaks_code: t trigger g?"]),
        ("DROP TRIGGER g ON t; CREATE TRIGGER g BEFORE UPDATE ON t EXECUTE FUNCTION f()", &[]),
        ("DROP RULE r ON t", &["weakens_access: t there"]),
        ("ALTER TYPE c DROP ATTRIBUTE a", &["deletes_data: anything"]),
        ("ALTER TYPE c ADD VALUE 'x'", &[]),
        ("ALTER SCHEMA s RENAME TO x", &["breaks_code: anything"]),
        ("ALTER FUNCTION s.f(int) SET SCHEMA x", &["breaks_code: anything"]),
        ("CREATE TYPE s.c AS ENUM ('x'); ALTER TYPE s.c RENAME TO d", &[]),
        ("ALTER TABLE ONLY t DROP a", DROPPED),
        ("ALTER TABLE IF EXISTS ONLY t DROP COLUMN IF EXISTS a", &["breaks_code: t there?", "deletes_data: t rows?"]),
        ("ALTER TABLE ONLY (t) ADD b int, DROP a", DROPPED),
        ("ALTER TABLE index DROP a", &["breaks_code: index there", "deletes_data: index rows"]),
        ("ALTER FOREIGN TABLE t DROP a", DROPPED),
        ("ALTER TABLE t DROP \"constraint\"", DROPPED),
        ("ALTER TABLE t DROP CONSTRAINT a, RENAME CONSTRAINT b TO c", &[]),
        ("ALTER TABLE t DROP CONSTRAINT a CASCADE", &["breaks_code: t there", "weakens_access: t restrains"]),
        ("ALTER TABLE t RENAME a TO b", &["breaks_code: t there"]),
        ("ALTER TABLE t ALTER a TYPE int USING NULL", &["rewrites_table: t rows", "deletes_data: t rows"]),
        ("ALTER TABLE t ALTER a TYPE int USING a::int", &["rewrites_table: t rows"]),
        ("SELECT 'DROP TABLE t' -- DROP TABLE t", &[]),
        ("COMMENT ON TABLE t IS 'DROP TABLE t; DELETE FROM t'", &[]),
        ("CREATE TABLE a (b text DEFAULT 'delete from t')", &[]),
    ]);
}

#[test]
fn what_names_mean() {
    check(&[
        ("CREATE TABLE t (a int); CREATE INDEX i ON t (a); ALTER TABLE t DROP a; TRUNCATE t; DROP TABLE t", &[]),
        ("CREATE TABLE IF NOT EXISTS t (); DROP TABLE t", &["breaks_code: t there?", "deletes_data: t rows?"]),
        ("SET search_path = x; DROP TABLE t", UNSURE),
        ("SET SESSION \"Search_Path\" TO x; DROP TABLE IF EXISTS t", UNSURE),
        ("SET SCHEMA 'x'; DROP TABLE t", UNSURE),
        ("RESET ALL; DROP TABLE t", &["blocks_reads: anything", "breaks_code: anything", "deletes_data: anything"]),
        ("SELECT set_config('search_path', 'x', true); DROP TABLE t", UNSURE),
        (
            "SELECT pg_catalog.set_config('search_' || 'path', 'x', true); DROP TABLE t",
            &[
                "weakens_access: anything",
                "deletes_data: anything",
                "weakens_access: anything",
                "breaks_code: anything",
                "deletes_data: anything",
            ],
        ),
        ("UPDATE pg_settings SET setting = 'x' WHERE name = 'search_path'; DROP TABLE t", UNSURE),
        ("SET search_path = x; DROP TABLE public.t", &["breaks_code: public.t there", "deletes_data: public.t rows"]),
        ("CREATE TABLE t (); SET search_path = x; DROP TABLE t", UNSURE),
        ("SET search_path = x; CREATE TABLE t (); DROP TABLE t", &[]),
        ("SET search_path = x; CREATE TABLE IF NOT EXISTS t (); DROP TABLE t", UNSURE),
        (
            "ALTER TABLE t RENAME TO u; DROP TABLE u",
            &["breaks_code: t there", "breaks_code: t there", "deletes_data: t rows"],
        ),
        (
            "ALTER INDEX t RENAME TO u; DROP TABLE IF EXISTS u",
            &["breaks_code: t there", "breaks_code: t there", "deletes_data: t rows"],
        ),
        (
            "ALTER TABLE s.t SET SCHEMA x; DROP TABLE x.t",
            &["breaks_code: s.t there", "breaks_code: s.t there", "deletes_data: s.t rows"],
        ),
        (
            "ALTER TABLE s.t SET SCHEMA public; DROP TABLE t",
            &["breaks_code: s.t there", "breaks_code: anything", "deletes_data: anything"],
        ),
        (
            "ALTER SCHEMA s RENAME TO x; DROP TABLE x.t",
            &["breaks_code: anything", "breaks_code: anything", "deletes_data: anything"],
        ),
        ("CREATE TABLE a (); ALTER TABLE a RENAME TO b; DROP TABLE b", &[]),
        ("CREATE TEMP TABLE t (); DROP TABLE t; DROP TABLE t", UNSURE),
        ("-- dbtool: no-transaction\nCREATE TEMP TABLE t () ON COMMIT DROP; DROP TABLE t", DROPPED),
        ("CREATE TEMP TABLE t () ON COMMIT DROP; TRUNCATE t", &[]),
        ("SAVEPOINT a; CREATE TABLE t (); ROLLBACK TO a; DROP TABLE t", UNSURE),
        ("SELECT 1 AS a INTO t; DROP TABLE t", &[]),
        ("WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a; DROP TABLE t", DROPPED),
        (
            "DO $$ BEGIN IF false THEN CREATE TABLE t (); END IF; END $$; DROP TABLE t",
            &["breaks_code: t there?", "deletes_data: t rows?"],
        ),
        (
            "DO $$ BEGIN IF false THEN ALTER TABLE a RENAME TO t; END IF; END $$; DROP TABLE t",
            &["breaks_code: a there", "breaks_code: anything", "deletes_data: anything"],
        ),
    ]);
}

#[test]
fn rows() {
    let gone: &[&str] = &["deletes_data: t rows"];
    let over: &[&str] = &["cannot_undo: t rows"];
    check(&[
        ("DELETE FROM t", gone),
        ("DELETE FROM t WHERE a = 1", gone),
        ("delete from only (t) using u where t.a = u.a", gone),
        ("WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d", gone),
        ("WITH d AS MATERIALIZED (/**/DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM d", gone),
        ("EXPLAIN (ANALYZE) DELETE FROM t", gone),
        ("PREPARE p AS DELETE FROM t; EXECUTE p", gone),
        ("COPY (DELETE FROM t RETURNING *) TO '/tmp/x'", &["weakens_access: anything", "deletes_data: t rows"]),
        ("MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE", gone),
        ("MERGE INTO t USING u ON true WHEN MATCHED THEN UPDATE SET a = 1", over),
        (
            "MERGE INTO t AS x USING u AS y ON x.a = y.a WHEN MATCHED THEN UPDATE SET a = 1",
            &["cannot_undo: t spares  | x | u as y | x . a = y . a | a | "],
        ),
        ("MERGE INTO t USING (VALUES (1)) v (a) ON t.a = v.a WHEN MATCHED THEN UPDATE SET b = 1", &[]),
        (
            "MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED BY SOURCE THEN UPDATE SET b = 1",
            over,
        ),
        ("TRUNCATE TABLE ONLY t RESTART IDENTITY", gone),
        ("TRUNCATE t CASCADE", &["deletes_data: t rows", "deletes_data: anything"]),
        ("CREATE TABLE t (); DELETE FROM t", &[]),
        ("CREATE TABLE u (a int REFERENCES t ON DELETE CASCADE ON UPDATE SET NULL)", &[]),
        ("UPDATE t SET a = 1", over),
        ("UPDATE t SET a = 1 WHERE true", over),
        ("UPDATE set SET a = 1", &["cannot_undo: set rows"]),
        ("UPDATE t SET a = 1 WHERE (1 = 1)", over),
        ("UPDATE t SET a = 1 WHERE id = id", over),
        ("UPDATE t SET a = 1 WHERE id = 1 OR true", over),
        ("UPDATE t SET a = 1 WHERE id IS NOT NULL", over),
        ("UPDATE t SET a = 1 WHERE NOT false AND NOT (id IS NULL)", over),
        ("UPDATE t SET a = 1 WHERE random() < 2", over),
        ("WITH x AS (SELECT 1) UPDATE t AS u SET (a, b) = (1, 2)", over),
        ("UPDATE t SET a = 1 WHERE a IS NULL", &[]),
        ("UPDATE t AS x SET a = 1, b = 2 WHERE (x.a IS NULL) AND b IS NULL AND c > 0", &[]),
        ("UPDATE t SET a = 1, b = 2 WHERE a IS NULL", &["cannot_undo: t spares  | t |  | a is null | a b | "]),
        (
            "UPDATE t SET a = 1 WHERE a IS NULL OR a = ''",
            &["cannot_undo: t spares  | t |  | a is null or a = '' | a | "],
        ),
        (
            "UPDATE s.t SET a = u.a FROM u WHERE t.id = u.id",
            &["cannot_undo: s.t spares  | t | u | t . id = u . id | a | "],
        ),
        (
            "WITH u AS (SELECT 1 AS id) UPDATE ONLY t AS \"X\" SET (a, b) = (1, 2) WHERE id IN (SELECT id FROM u) RETURNING *",
            &[
                "cannot_undo: t spares with u as ( select 1 as id ) | \"X\" |  | id in ( select id from u ) | a b | as in",
            ],
        ),
        ("UPDATE t SET a = 1 WHERE lower(a) = 'x'", &["cannot_undo: t spares  | t |  | lower ( a ) = 'x' | a | lower"]),
        (
            "SET search_path = x; UPDATE y.t SET a = 1 FROM u WHERE u.id = t.id",
            &["weakens_access: closed", "cannot_undo: y.t rows"],
        ),
        // A loop may go through all of them.
        (
            "DO $$ BEGIN UPDATE t SET a = 1 WHERE CURRENT OF c; END $$",
            &["cannot_undo: t spares  | t |  | current of c | a | "],
        ),
        ("UPDATE t SET a = 1 WHERE NOT done", &["cannot_undo: t spares  | t |  | not done | a | "]),
        ("SELECT * FROM t FOR UPDATE; SELECT a FROM t FOR NO KEY UPDATE OF t", &[]),
        ("INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 1", &[]),
        ("INSERT INTO t SELECT 1, 'x' ON CONFLICT (a) DO UPDATE SET a = 1", &[]),
        ("INSERT INTO t (a) SELECT a FROM t ON CONFLICT (a) DO UPDATE SET b = ''", over),
        ("INSERT INTO t TABLE u ON CONFLICT ON CONSTRAINT t_pkey DO UPDATE SET b = '' WHERE t.a > 0", over),
        ("INSERT INTO t SELECT * FROM u ON CONFLICT DO NOTHING", &[]),
        ("ALTER TABLE t ADD a int; UPDATE t SET a = 0", &["blocks_reads: t rows"]),
        ("ALTER TABLE t ADD a int; UPDATE t SET a = 0, b = 0", &["cannot_undo: t rows", "blocks_reads: t rows"]),
        (
            "ALTER TABLE t ADD COLUMN IF NOT EXISTS a int; UPDATE t SET a = 0",
            &["cannot_undo: t values", "blocks_reads: t rows"],
        ),
        (
            "ALTER TABLE t ADD a int; ALTER TABLE t RENAME a TO c; ALTER TABLE t RENAME b TO a; UPDATE t SET a = 0",
            &["breaks_code: t there", "breaks_code: t there", "cannot_undo: t rows", "blocks_reads: t rows"],
        ),
        ("GRANT DELETE, UPDATE ON t TO r", OPEN),
        ("CREATE TRIGGER g BEFORE UPDATE OR DELETE ON t EXECUTE FUNCTION f()", &[]),
        (
            "CREATE RULE r AS ON INSERT TO t DO INSTEAD DELETE FROM u",
            &["breaks_code: t there", "weakens_access: closed", "deletes_data: u rows"],
        ),
        ("DELETE FROM pg_catalog.pg_policy", &["deletes_data: pg_catalog.pg_policy rows", "weakens_access: always"]),
        ("UPDATE pg_authid SET rolsuper = true WHERE rolname = 'me'", &["weakens_access: always"]),
    ]);
}

#[test]
fn code_that_runs() {
    check(&[
        ("DO $$ BEGIN DELETE FROM t; END $$", &["deletes_data: t rows"]),
        ("DO $$ BEGIN IF true THEN DROP TABLE t; END IF; END $$", DROPPED),
        ("DO 'BEGIN DROP TABLE t; END'", DROPPED),
        ("DO LANGUAGE 'plpgsql' $x$ BEGIN EXECUTE 'DROP TABLE t'; END $x$", DROPPED),
        ("DO $$ BEGIN EXECUTE $q$ DROP TABLE t $q$ ; END $$", DROPPED),
        ("DO $$ BEGIN EXECUTE 'DROP ' || 'TABLE t'; END $$", OPAQUE),
        ("DO $$ BEGIN EXECUTE format('DROP TABLE %I', 't'); END $$", OPAQUE),
        ("DO $$ DECLARE r record; BEGIN FOR r IN EXECUTE x LOOP NULL; END LOOP; END $$", OPAQUE),
        ("DO $$ BEGIN FOR r IN UPDATE t SET a = 1 RETURNING * LOOP NULL; END LOOP; END $$", &["cannot_undo: t rows"]),
        ("DO E'BEGIN DROP TABLE t; \\x45ND'", OPAQUE),
        ("DO $$ x $$ LANGUAGE plperl", OPAQUE),
        (
            "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'mood') THEN CREATE TYPE mood AS ENUM ('a'); END IF; END $$",
            &[],
        ),
        ("DO $$ BEGIN CREATE ROLE r; EXCEPTION WHEN duplicate_object THEN NULL; END $$", &[]),
        ("DO $$ BEGIN GRANT EXECUTE ON FUNCTION f() TO r; END $$", &["weakens_access: anything"]),
        ("EXECUTE p", OPAQUE),
        ("CALL p()", &["deletes_data: calls p", "weakens_access: calls p"]),
        ("SELECT s.f(1), lower('a')", &["deletes_data: calls f", "weakens_access: calls f"]),
        ("SELECT count(*) FROM t WHERE a IN (1, 2) AND b::numeric(4,2) > 0", &[]),
        ("INSERT INTO public.t (a, b) VALUES (now(), '1'::varchar(3))", &[]),
        ("SELECT dblink_exec('x', 'y')", OPAQUE),
        ("SELECT query_to_xml('SELECT wipe()', true, false, '')", OPAQUE),
        ("CREATE DOMAIN d AS int DEFAULT f()", &["deletes_data: calls f", "weakens_access: calls f"]),
        ("SELECT lo_unlink(1)", OPAQUE),
        ("COPY t FROM PROGRAM 'x'", &["deletes_data: always", "weakens_access: always"]),
        ("COPY t FROM '/tmp/x'", &[]),
        ("-- dbtool: no-transaction\nSET standard_conforming_strings = off; SELECT '\\''; DROP TABLE t; --'", OPAQUE),
        ("SELECT set_config('standard_conforming_strings', 'off', false)", OPAQUE),
        ("CREATE TABLE IF NOT EXISTS u (a int DEFAULT f())", &["deletes_data: calls f", "weakens_access: calls f"]),
        ("ALTER EXTENSION e ADD TABLE t", &["deletes_data: anything"]),
        ("CREATE PUBLICATION p FOR ALL TABLES", &["weakens_access: anything"]),
        (
            "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM t'; SELECT f()",
            &["weakens_access: guards f", "deletes_data: anything", "weakens_access: anything"],
        ),
        (
            "CREATE FUNCTION f() RETURNS void BEGIN ATOMIC DELETE FROM t; END; SELECT f()",
            &["weakens_access: guards f", "deletes_data: anything", "weakens_access: anything"],
        ),
        (
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT g()'; SELECT f()",
            &["weakens_access: guards f", "deletes_data: calls f g", "weakens_access: calls f g"],
        ),
        ("SELECT 1 === 2", &["deletes_data: calls ===", "weakens_access: calls ==="]),
        ("SELECT 1 OPERATOR(s.===) 2 FROM t", &["deletes_data: calls === t", "weakens_access: calls === t"]),
        (
            "CREATE OPERATOR = (FUNCTION = s.wipe, LEFTARG = a, RIGHTARG = a); SELECT 1 = 2",
            &["deletes_data: calls wipe", "weakens_access: calls wipe"],
        ),
        ("CREATE INDEX CONCURRENTLY i ON t USING gin (f(a))", &["deletes_data: calls f", "weakens_access: calls f"]),
        (
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM t; RETURN NEW; END'; \
             CREATE TRIGGER g BEFORE INSERT ON u EXECUTE FUNCTION f(); INSERT INTO u VALUES (1)",
            &["weakens_access: guards f", "deletes_data: anything", "weakens_access: anything"],
        ),
        (
            "CREATE CONSTRAINT TRIGGER g AFTER INSERT ON u FOR EACH ROW EXECUTE PROCEDURE s.f(); COPY u FROM stdin",
            &["deletes_data: calls f", "weakens_access: calls f"],
        ),
        (
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM t; RETURN NEW; END'; \
             CREATE TRIGGER g BEFORE INSERT ON u EXECUTE FUNCTION f()",
            &["weakens_access: guards f"],
        ),
    ]);
}

/// What is asked wherever rows are read or written.
#[test]
fn the_usual_questions() {
    let reads = |of: &str| [format!("deletes_data: calls {of}"), format!("weakens_access: calls {of}")];
    for (sql, read, more) in [
        ("SELECT * FROM s.t JOIN u ON true, LATERAL (SELECT * FROM w) x, f(1), v", Some("f s.t u v w"), &[][..]),
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY v", Some("v"), &[]),
        ("INSERT INTO a SELECT * FROM t", Some("t"), &["weakens_access: t copied a?", "weakens_access: a steers"]),
        (
            "WITH w AS (SELECT * FROM t) INSERT INTO a SELECT * FROM w",
            Some("t w"),
            &["weakens_access: t copied a?", "weakens_access: w copied a?", "weakens_access: a steers"],
        ),
        (
            "DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM t LOOP INSERT INTO a VALUES (r.b); END LOOP; END $$",
            Some("t"),
            &["weakens_access: t copied a?", "weakens_access: a steers"],
        ),
        ("ALTER TABLE a ALTER b SET DEFAULT 2", None, &["weakens_access: a decides b"]),
        ("CREATE TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION s.f()", None, &["weakens_access: t hands on f"]),
        ("ALTER TABLE a ADD b s.d, ADD c s.d[], ADD e int", None, &["rewrites_table: a typed s.d"]),
        ("CREATE DOMAIN d AS int CHECK (VALUE > 0); ALTER TABLE a ADD b d", None, &["rewrites_table: a rows"]),
        ("COPY a FROM stdin", Some("stdin"), &["weakens_access: a steers"]),
        ("CREATE TABLE p PARTITION OF a DEFAULT", None, &["weakens_access: a opens", "blocks_reads: a default"]),
        ("CREATE TABLE a AS SELECT * FROM t", Some("t"), &["weakens_access: t copied own?"]),
        ("CREATE TEMP TABLE a AS SELECT * FROM t", Some("t"), &[]),
        ("SELECT * INTO a FROM t", Some("t"), &["weakens_access: t copied own?"]),
        ("CREATE TABLE a (); INSERT INTO a SELECT * FROM t; ALTER TABLE a ENABLE ROW LEVEL SECURITY", Some("t"), &[]),
        ("UPDATE a SET b = 1 WHERE b IS NULL", None, &["weakens_access: a decides b", "blocks_writes: a many"]),
        ("UPDATE a SET b = 1 WHERE b IS NULL AND c = 3", None, &["weakens_access: a decides b"]),
        (
            "INSERT INTO a VALUES (1) ON CONFLICT (b) DO UPDATE SET c = 1, d = 2",
            None,
            &["weakens_access: a decides c d", "weakens_access: a steers"],
        ),
        (
            "ALTER TABLE a RENAME TO z; UPDATE z SET b = 1 WHERE b IS NULL",
            None,
            &["breaks_code: a there", "weakens_access: a decides b", "blocks_writes: a many", "blocks_reads: a rows"],
        ),
    ] {
        let mut wish: Vec<String> = read.map(reads).into_iter().flatten().collect();
        wish.extend(more.iter().map(|it| (*it).to_owned()));
        let (mut is, mut wish) = (told(sql, true), wish);
        is.sort();
        wish.sort();
        assert_eq!(is, wish, "{sql}");
    }
}

#[test]
fn access() {
    check(&[
        ("CREATE POLICY p ON t USING (true)", CLOSED),
        ("CREATE POLICY p ON t AS PERMISSIVE USING (true)", CLOSED),
        ("CREATE POLICY p ON t AS RESTRICTIVE USING (a = 1)", &[]),
        ("CREATE POLICY \"as restrictive\" ON t USING ('as restrictive' = 'x')", CLOSED),
        ("CREATE TABLE t (); CREATE POLICY p ON t USING (true); ALTER TABLE t ENABLE ROW LEVEL SECURITY", &[]),
        ("ALTER POLICY p ON t USING (true)", CLOSED),
        ("ALTER POLICY p ON t RENAME TO q", &[]),
        ("DROP POLICY p ON t", &["weakens_access: t restricts"]),
        ("DROP POLICY IF EXISTS p ON t", &["weakens_access: t restricts?"]),
        ("GRANT SELECT ON t TO r", OPEN),
        ("GRANT SELECT (a) ON TABLE t, u TO r", &["weakens_access: t there", "weakens_access: u there"]),
        ("GRANT ALL ON ALL TABLES IN SCHEMA s TO r", &["weakens_access: anything"]),
        ("CREATE TABLE t (); GRANT SELECT ON t TO r", &[]),
        ("CREATE TABLE t (); GRANT SELECT ON t TO PUBLIC", &["weakens_access: anything"]),
        ("CREATE TABLE t (); GRANT SELECT ON t TO r WITH GRANT OPTION", &["weakens_access: anything"]),
        ("CREATE TABLE t AS SELECT * FROM secrets; GRANT SELECT ON t TO r", &["weakens_access: closed"]),
        ("CREATE TABLE t (); INSERT INTO t SELECT * FROM u; GRANT SELECT ON t TO r", &["weakens_access: closed"]),
        ("CREATE TABLE t (); INSERT INTO t VALUES (1); GRANT SELECT ON t TO r", &[]),
        ("CREATE SEQUENCE s; GRANT USAGE ON SEQUENCE s TO r", &[]),
        ("GRANT USAGE ON SEQUENCE s TO r", &["weakens_access: anything"]),
        ("CREATE SCHEMA s; GRANT USAGE ON SCHEMA s TO r", &[]),
        ("GRANT USAGE ON SCHEMA s TO r", &["weakens_access: anything"]),
        ("CREATE SCHEMA s GRANT SELECT ON t TO r", OPEN),
        ("GRANT a TO b", &["weakens_access: always"]),
        ("REVOKE ALL ON t FROM r", &["breaks_code: t granted r"]),
        (
            "REVOKE SELECT (a) ON TABLE t, u FROM r, PUBLIC CASCADE",
            &["breaks_code: t granted r public", "breaks_code: u granted r public"],
        ),
        ("REVOKE a FROM b", &["breaks_code: always"]),
        ("REVOKE ALL ON SCHEMA s FROM PUBLIC", &["breaks_code: anything"]),
        ("CREATE SCHEMA s; REVOKE ALL ON SCHEMA s FROM PUBLIC", &[]),
        ("REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC", &["breaks_code: anything"]),
        (
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION f() FROM PUBLIC",
            &["weakens_access: guards f"],
        ),
        ("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO r", &["weakens_access: anything"]),
        ("ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM r", &[]),
        ("ALTER ROLE r BYPASSRLS", &["weakens_access: always"]),
        ("ALTER USER r WITH SUPERUSER", &["weakens_access: always"]),
        ("CREATE ROLE r LOGIN NOSUPERUSER", &[]),
        ("CREATE ROLE r IN ROLE boss", &["weakens_access: always"]),
        ("ALTER GROUP g ADD USER r", &["weakens_access: always"]),
        ("CREATE VIEW v AS SELECT * FROM t", &["weakens_access: closed"]),
        (
            "CREATE OR REPLACE VIEW v WITH (security_barrier) AS SELECT 1",
            &["weakens_access: closed", "weakens_access: guards v"],
        ),
        ("CREATE VIEW v WITH (security_invoker = off) AS SELECT 1", &["weakens_access: closed"]),
        ("CREATE VIEW v WITH (security_invoker) AS SELECT 1", &[]),
        ("CREATE VIEW v WITH (security_invoker = 'true') AS SELECT 1", &[]),
        ("CREATE TEMP VIEW v AS SELECT 1", &[]),
        ("ALTER VIEW t SET (security_invoker = false)", OPEN),
        ("ALTER VIEW t RESET (security_invoker)", OPEN),
        ("ALTER VIEW t SET (security_invoker = true)", &[]),
        (
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
            &["weakens_access: anything", "weakens_access: guards f"],
        ),
        ("ALTER FUNCTION f() EXTERNAL SECURITY DEFINER", &["weakens_access: anything"]),
        ("ALTER TABLE t OWNER TO r", OPEN),
        ("ALTER FUNCTION f() OWNER TO r", &["weakens_access: anything"]),
        ("CREATE TABLE t (); ALTER TABLE t OWNER TO r", &[]),
        ("REASSIGN OWNED BY a TO b", &["weakens_access: anything"]),
        ("ALTER TABLE t NO FORCE ROW LEVEL SECURITY", OPEN),
        ("ALTER TABLE t FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY", OPEN),
        (
            "ALTER TABLE t NO FORCE ROW LEVEL SECURITY; INSERT INTO t VALUES (1); ALTER TABLE t FORCE ROW LEVEL SECURITY",
            &[],
        ),
        (
            "ALTER TABLE t DISABLE ROW LEVEL SECURITY; ALTER TABLE t ENABLE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY",
            &["weakens_access: t there", "weakens_access: t there"],
        ),
        (
            "ALTER TABLE t DISABLE ROW LEVEL SECURITY; SET search_path = x; ALTER TABLE t ENABLE ROW LEVEL SECURITY",
            OPEN,
        ),
        (
            "ALTER TABLE t DISABLE ROW LEVEL SECURITY; SAVEPOINT a; ALTER TABLE t ENABLE ROW LEVEL SECURITY; ROLLBACK TO a",
            OPEN,
        ),
        (
            "--dbtool:no-transaction\nALTER TABLE t DISABLE ROW LEVEL SECURITY; ALTER TABLE t ENABLE ROW LEVEL SECURITY",
            OPEN,
        ),
        ("ALTER TABLE t DISABLE TRIGGER guard", OPEN),
        ("ALTER TABLE t DISABLE TRIGGER USER; ALTER TABLE t ENABLE TRIGGER USER", &[]),
        ("ALTER TABLE t ENABLE REPLICA TRIGGER guard", OPEN),
        ("ALTER EVENT TRIGGER e DISABLE", &["weakens_access: anything"]),
        ("SET session_replication_role = replica", &["weakens_access: anything"]),
        ("SET LOCAL \"Session_Replication_Role\" TO 'replica'", &["weakens_access: anything"]),
        ("SELECT set_config('session_replication_role', 'replica', true)", &["weakens_access: anything"]),
        ("RESET session_replication_role; SET session_replication_role = DEFAULT", &[]),
        ("ALTER SYSTEM SET work_mem = '1GB'", &["weakens_access: always"]),
        ("CREATE TABLE c PARTITION OF t FOR VALUES IN (1)", &["weakens_access: t opens"]),
        (
            "CREATE TABLE c PARTITION OF t FOR VALUES IN (1); GRANT SELECT ON c TO r",
            &["weakens_access: t opens", "weakens_access: closed"],
        ),
        (
            "CREATE TABLE c (); ALTER TABLE t ATTACH PARTITION c DEFAULT; GRANT SELECT ON c TO r",
            &["weakens_access: t opens", "weakens_access: closed"],
        ),
        ("ALTER ROLE r PASSWORD 'x'", &["weakens_access: always"]),
        (
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO u VALUES (NEW.a); RETURN NEW; END'; \
             CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
            &["weakens_access: guards f", "weakens_access: t hands on own"],
        ),
        (
            "CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO u VALUES (NEW.a); RETURN NEW; END'",
            &["weakens_access: guards f", "weakens_access: hands f"],
        ),
        ("ALTER ROLE r SET app.tenant = '1'", &["weakens_access: always"]),
        ("ALTER ROLE r IN DATABASE d SET \"Role\" TO admin", &["weakens_access: always"]),
        ("ALTER ROLE r SET statement_timeout = 0; ALTER DATABASE d RESET statement_timeout", &[]),
        ("ALTER DATABASE d RESET app.tenant", &["weakens_access: anything"]),
        ("ALTER DATABASE d SET app.tenant TO '1'", &["weakens_access: anything"]),
        ("ALTER FUNCTION s.f() SET app.tenant = '1'", &["weakens_access: guards f"]),
        ("CREATE TABLE c PARTITION OF t FOR VALUES IN (1); ALTER TABLE c ENABLE ROW LEVEL SECURITY", &[]),
        (
            "ALTER TABLE t ATTACH PARTITION c FOR VALUES IN (1)",
            &["weakens_access: t closed", "weakens_access: c closed", "blocks_reads: c rows"],
        ),
        ("ALTER TABLE t INHERIT u", CLOSED),
    ]);
}

#[test]
fn who_waits() {
    let rewritten: &[&str] = &["rewrites_table: t rows"];
    let blocked: &[&str] = &["blocks_reads: t rows"];
    let held: &[&str] = &["blocks_writes: t rows"];
    check(&[
        ("CREATE UNIQUE INDEX i ON t (a)", held),
        ("create index i on only s.\"T\" (a)", &["blocks_writes: s.\"T\" rows"]),
        ("CREATE INDEX IF NOT EXISTS i ON t USING gin (a)", held),
        ("CREATE INDEX CONCURRENTLY i ON t (a)", &[]),
        ("ALTER TABLE t ADD a int NOT NULL", &["may_fail: t rows", "breaks_code: t there"]),
        ("ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT 0, ADD b numeric(4,2)", &[]),
        ("ALTER TABLE t ADD a timestamptz DEFAULT now(), ADD b text DEFAULT ('x'::varchar(3))", &[]),
        ("ALTER TABLE t ADD a float DEFAULT random()", rewritten),
        ("ALTER TABLE t ADD a uuid DEFAULT gen_random_uuid() NOT NULL", rewritten),
        ("ALTER TABLE t ADD a bigserial", rewritten),
        ("ALTER TABLE t ADD a int GENERATED ALWAYS AS (b + 1) STORED", rewritten),
        ("ALTER TABLE t ADD a int GENERATED ALWAYS AS (b + 1) VIRTUAL", &[]),
        ("ALTER TABLE t ADD a int CHECK (a > 0)", blocked),
        ("ALTER TABLE t ADD a int UNIQUE", blocked),
        ("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u", held),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID", &[]),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (not valid)", blocked),
        ("ALTER TABLE t ADD CONSTRAINT c NOT NULL a", blocked),
        ("ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX i", &[]),
        ("ALTER TABLE t ADD PRIMARY KEY (a)", blocked),
        ("ALTER TABLE t ALTER a TYPE bigint", rewritten),
        ("ALTER TABLE t ALTER COLUMN a SET DATA TYPE bigint", rewritten),
        ("ALTER TABLE t ALTER COLUMN a SET NOT NULL", &["blocks_reads: t rows", "breaks_code: t there"]),
        ("ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b", &["rewrites_table: anything"]),
        ("ALTER TABLE t SET UNLOGGED", rewritten),
        ("VACUUM FULL t", rewritten),
        ("VACUUM (VERBOSE, FULL) t", rewritten),
        ("VACUUM (ANALYZE) t", &[]),
        ("VACUUM (FULL off) t", &[]),
        ("CLUSTER t USING i", rewritten),
        ("CLUSTER (VERBOSE) t", rewritten),
        ("REINDEX TABLE t", blocked),
        ("REINDEX (VERBOSE) INDEX i", &["blocks_reads: anything"]),
        ("REINDEX TABLE CONCURRENTLY t", &[]),
        ("LOCK t", blocked),
        ("LOCK TABLE ONLY t IN EXCLUSIVE MODE NOWAIT", held),
        ("LOCK TABLE t IN ACCESS SHARE MODE", &[]),
        ("REFRESH MATERIALIZED VIEW t", blocked),
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY t", &[]),
        ("ALTER DOMAIN d ADD CHECK (VALUE > 0)", &["blocks_writes: anything"]),
        ("ALTER DOMAIN d ADD CHECK (VALUE > 0) NOT VALID", &[]),
        ("ALTER TABLE t ADD a int DEFAULT 1 REFERENCES u; ALTER TABLE u ADD b int REFERENCES t", blocked),
        ("SET lock_timeout = 0", &["blocks_reads: anything"]),
        ("SET LOCAL \"Lock_Timeout\" TO '5min'", &["blocks_reads: anything"]),
        ("SET lock_timeout = '2s'; SET LOCAL lock_timeout TO 500; SET statement_timeout = 0", &[]),
        ("RESET lock_timeout", &["blocks_reads: anything"]),
        ("SELECT set_config('lock_timeout', '0', true)", &["blocks_reads: anything"]),
        (
            "ALTER TABLE u ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE u VALIDATE CONSTRAINT c",
            &["blocks_reads: u rows"],
        ),
        ("ALTER TABLE t VALIDATE CONSTRAINT c; ALTER TABLE t VALIDATE CONSTRAINT d", &[]),
        ("ALTER TABLE u ADD a int; SELECT pg_sleep(600)", &["blocks_reads: anything"]),
        ("SELECT pg_sleep(600)", &[]),
        ("SELECT * FROM t FOR UPDATE; SELECT pg_sleep(600)", &["blocks_reads: anything"]),
        ("ALTER TABLE u ADD a int; DO $$ BEGIN UPDATE t SET a = 1 WHERE a IS NULL; END $$", blocked),
        ("ALTER TABLE u ADD a int; UPDATE t SET a = 1 WHERE a IS NULL AND id = 3", &[]),
        ("-- dbtool: no-transaction\nALTER TABLE u ADD a int; UPDATE t SET a = 1 WHERE a IS NULL", &[]),
        ("CREATE TABLE u (); ALTER TABLE u ADD a int; UPDATE t SET a = 1 WHERE a IS NULL", &[]),
        ("ALTER TABLE u ADD a int; INSERT INTO u SELECT * FROM t", blocked),
        ("ALTER TABLE u ADD a int; INSERT INTO u VALUES (1)", &[]),
    ]);
}
