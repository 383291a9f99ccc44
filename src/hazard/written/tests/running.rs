//! What runs without being called by its name where it runs: in loops, behind defaults, operators, triggers and renames.

use super::*;

/// A function that deletes, and one that only calls another.
const WIPES: &str = "CREATE FUNCTION w() RETURNS int LANGUAGE plpgsql AS 'BEGIN DELETE FROM t; RETURN 1; END'; ";
const KIND: &str = "CREATE FUNCTION k() RETURNS int LANGUAGE sql AS 'SELECT 1'; ";

/// What is told of a script beside what is told of the functions that it makes.
fn of(sql: &str) -> Vec<String> {
    let all = told(sql, true).into_iter();
    let own = |it: &String| [": guards", ": carries", ": ahead", ": breaks"].iter().any(|word| it.contains(word));
    all.filter(|it| it.starts_with("deletes_data") && !own(it)).collect()
}

#[test]
fn calls_that_no_statement_shows() {
    for (sql, wish) in [
        ("DO $$ BEGIN FOR i IN 1..f() LOOP NULL; END LOOP; END $$", "calls f"),
        ("DO $$ BEGIN FOR i IN 1 .. 1.5 * s.f() LOOP NULL; END LOOP; END $$", "calls f"),
        ("DO $$ BEGIN EXECUTE 'SELECT $1' USING f(); END $$", "calls f"),
        ("DO $$ BEGIN EXECUTE 'SELECT $1' INTO x USING 1, f(); END $$", "calls f"),
        ("DO $$ BEGIN FOR r IN EXECUTE 'SELECT $1' USING f() LOOP NULL; END LOOP; END $$", "calls f"),
        ("DO $$ BEGIN OPEN c FOR EXECUTE 'SELECT $1' USING f(); END $$", "calls f"),
        ("CREATE FUNCTION o() RETURNS int LANGUAGE sql RETURN f(); SELECT o()", "calls f o"),
        ("CREATE FUNCTION o(a int DEFAULT f()) RETURNS int LANGUAGE sql AS 'SELECT $1'; SELECT o()", "calls f o"),
        ("CREATE PROCEDURE o(a int = f()) LANGUAGE sql AS 'SELECT 1'; CALL o()", "calls f o"),
        ("SELECT c.f FROM t c", "calls .f t"),
        ("SELECT (x.c).f FROM (SELECT c FROM t c) x", "calls .c .f t"),
        ("UPDATE t SET a = 1 WHERE a IS NULL RETURNING t.f", "calls .f t"),
        ("DO $$ BEGIN x := c.f; END $$", "calls .f"),
    ] {
        assert!(of(sql).contains(&format!("deletes_data: {wish}")), "{sql}: {:?}", of(sql));
    }
    for sql in [
        "DO $$ BEGIN FOR i IN 1..10 LOOP NULL; END LOOP; END $$",
        "DO $$ BEGIN EXECUTE 'SELECT $1' USING 1, now(); END $$",
        "CREATE FUNCTION o(a int DEFAULT 1) RETURNS int LANGUAGE sql RETURN a + 1",
        "CREATE TABLE a.b (c int)",
    ] {
        assert_eq!(of(sql), Vec::<String>::new(), "{sql}");
    }
}

#[test]
fn what_the_file_makes_runs_by_what_it_is_in_the_end() {
    let anything = "deletes_data: anything".to_owned();
    for sql in [
        "CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT w()'; {w} SELECT g()",
        "{w} CREATE FUNCTION g() RETURNS int LANGUAGE sql RETURN w(); SELECT g()",
        "{w} CREATE FUNCTION g(a int DEFAULT w()) RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT g()",
        "CREATE TABLE p (a int, b int DEFAULT w()); {w} INSERT INTO p VALUES (1)",
        "CREATE VIEW v AS SELECT w(); {w} SELECT * FROM v",
        "CREATE TRIGGER z BEFORE INSERT ON p EXECUTE FUNCTION w(); {w} INSERT INTO p VALUES (1)",
        "{w} CREATE TRIGGER z BEFORE INSERT ON p FOR EACH ROW WHEN (w() = 1) EXECUTE FUNCTION k(); UPDATE p SET a = 1",
        "{w} CREATE POLICY z ON p USING (w() = 1); SELECT * FROM p",
        "{w} ALTER POLICY z ON p WITH CHECK (w() = 1); INSERT INTO p VALUES (1)",
        "{w} ALTER FUNCTION w() RENAME TO b; SELECT b()",
        "{w} ALTER ROUTINE w RENAME TO b; ALTER FUNCTION b() RENAME TO c; SELECT c()",
        "{w} ALTER FUNCTION w() SET SCHEMA s; SELECT s.w()",
        "CREATE SCHEMA a; CREATE FUNCTION a.w() RETURNS int LANGUAGE sql AS 'DELETE FROM t RETURNING 1'; \
         ALTER SCHEMA a RENAME TO b; SELECT b.w()",
        "{w} SAVEPOINT a; ROLLBACK TO a; SELECT w()",
        "{w} SELECT c.w FROM u c",
        "{w} CREATE OPERATOR ~~ (FUNCTION = w, LEFTARG = a, RIGHTARG = a); SELECT 1 FROM p WHERE a LIKE b",
        "{w} CREATE OPERATOR s.>= (FUNCTION = w, LEFTARG = a, RIGHTARG = a); SELECT a BETWEEN b AND c",
        "{w} CREATE OPERATOR = (FUNCTION = w, LEFTARG = a, RIGHTARG = a); \
         CREATE OPERATOR = (FUNCTION = int4eq, LEFTARG = b, RIGHTARG = b); SELECT nullif(a, b)",
        "{w} CREATE OPERATOR = (FUNCTION = w, LEFTARG = a, RIGHTARG = a); SELECT CASE a WHEN b THEN 1 END",
        "{w} CREATE OPERATOR = (FUNCTION = w, LEFTARG = a, RIGHTARG = a); SELECT 1 FROM p NATURAL JOIN q",
        "{w} CREATE OPERATOR = (FUNCTION = w, LEFTARG = a, RIGHTARG = a); SELECT a IS DISTINCT FROM b",
    ] {
        let sql = sql.replace("{w}", WIPES);
        assert!(of(&sql).contains(&anything), "{sql}: {:?}", of(&sql));
        // The same with a function that does no harm.
        let kind = sql.replace(WIPES, KIND).replace("w()", "k()").replace("DELETE FROM t RETURNING 1", "SELECT 1");
        assert!(!of(&kind).contains(&anything), "{kind}: {:?}", of(&kind));
    }
    // What was there before is asked about, by the name that it had.
    let renamed = of("ALTER FUNCTION f() RENAME TO b; SELECT b()");
    assert!(renamed.contains(&"deletes_data: calls b f".to_owned()), "{renamed:?}");
    let mut replaced = in_script(&format!("{WIPES} SELECT g()"));
    let last = replaced.pop().map(|it| it.about);
    assert!(matches!(&last, Some(About::Calls(calls)) if calls.replaced == ["w"]), "{last:?}");
    // Where nothing runs, nothing is told.
    for sql in ["ALTER FUNCTION w() RENAME TO b", "CREATE POLICY z ON p USING (w() = 1)", "ALTER TABLE p ADD a int"] {
        let sql = format!("{WIPES} {sql}");
        assert!(!of(&sql).contains(&anything), "{sql}: {:?}", of(&sql));
    }
}
