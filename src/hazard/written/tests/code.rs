//! Code that runs, and what is asked wherever rows are read or written.

use super::*;

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
            &["weakens_access: guards =", "deletes_data: calls wipe", "weakens_access: calls wipe"],
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
        // Where names lead, whose rows are, and what settings code changes is asked of each of them.
        let mut is = told(sql, true);
        // What may be called as a column is asked about, too.
        is.retain(|it| !it.ends_with("calls .b"));
        is.retain(|it| [": ahead ", " crosses ", ": carries ", ": sets "].iter().all(|word| !it.contains(word)));
        is.sort();
        wish.sort();
        assert_eq!(is, wish, "{sql}");
    }
}

#[test]
fn whose_rows_are_and_where_names_lead() {
    let copied = |row: &str| format!("weakens_access: t crosses into a {row}?");
    let asked = |sql: &str| {
        let mut all = told(sql, true);
        all.retain(|it| it.contains(": ahead ") || it.contains(" crosses "));
        all
    };
    for (sql, wish) in [
        ("INSERT INTO a SELECT * FROM t", copied("Some([All])")),
        ("INSERT INTO a (b, c) SELECT x.b, 1 FROM t AS x", copied(r#"Some([Column("b"), Other])"#)),
        (
            "INSERT INTO a SELECT b::int, c AS d FROM t UNION ALL SELECT b, c FROM t",
            copied(r#"Some([Column("b"), Column("c")])"#),
        ),
        ("INSERT INTO a SELECT b FROM t UNION SELECT 1", copied("Some([])")),
        ("INSERT INTO a VALUES (1, (SELECT max(b) FROM t))", copied("Some([Other, Other])")),
        ("UPDATE a SET b = t.b FROM t WHERE t.c = a.c", copied("None")),
        ("CREATE TABLE s.a (b int)", "weakens_access: ahead s a".to_owned()),
        ("CREATE SCHEMA s CREATE VIEW a WITH (security_invoker) AS SELECT 1", "weakens_access: ahead s a".to_owned()),
        ("SET search_path = s; CREATE TABLE a ()", "weakens_access: ahead anywhere a".to_owned()),
        ("ALTER SCHEMA s RENAME TO r", "weakens_access: ahead all of s under r".to_owned()),
        ("CREATE USER r LOGIN", "weakens_access: ahead all of r under r".to_owned()),
    ] {
        assert!(asked(sql).contains(&wish), "{sql}: {:?}", asked(sql));
    }
    assert_eq!(asked("UPDATE a SET b = 1 FROM t WHERE t.c = a.c"), Vec::<String>::new());
}

/// Files of one run, and what is told of the last of them.
#[test]
fn what_an_earlier_file_prepared() {
    for (files, wish) in [
        (["CREATE TABLE z AS SELECT * FROM t", "GRANT SELECT ON z TO r"], "weakens_access: t copied all?"),
        (["CREATE TABLE z AS SELECT f()", "GRANT SELECT ON public.z TO r"], "weakens_access: moves f all"),
        (["CREATE TABLE z AS SELECT * FROM t", "INSERT INTO a SELECT * FROM z"], "weakens_access: t copied a?"),
        (
            ["CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT b FROM t'", "UPDATE a SET b = g()"],
            "weakens_access: t copied a?",
        ),
        (["ALTER TABLE t RENAME TO u", "CREATE TABLE t ()"], "weakens_access: in place t"),
        (
            ["CREATE TABLE z AS TABLE t", "ALTER TABLE z RENAME TO y; GRANT SELECT ON y TO r"],
            "weakens_access: t copied all?",
        ),
    ] {
        let mut scripts = Scripts::default();
        let all: Vec<Vec<Written>> = files.iter().map(|sql| scripts.next(sql)).collect();
        let last = all.iter().skip(1).flatten();
        let last: Vec<String> = last.map(|it| format!("{}: {}", it.hazard.rule.name, shown(&it.about))).collect();
        assert!(last.iter().any(|it| it == wish), "{files:?}: {last:?}");
    }
}
