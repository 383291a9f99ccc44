//! Code that finds what it relies on no more, and rows that leave by way of what the file makes.

use super::*;

fn of(sql: &str, rule: &str) -> Vec<String> {
    let all = told(sql, true).into_iter().filter_map(|it| it.strip_prefix(rule).map(str::to_owned));
    all.map(|it| it.trim_start_matches(": ").to_owned()).collect()
}

#[test]
fn what_code_relies_on() {
    for (sql, wish) in [
        ("ALTER TABLE t ALTER a DROP IDENTITY", &["t required a"][..]),
        ("ALTER TABLE t ALTER COLUMN a DROP IDENTITY IF EXISTS", &["t required a"]),
        ("ALTER TABLE t ALTER a DROP DEFAULT", &["t required a"]),
        ("ALTER TABLE t ALTER a DROP DEFAULT, ALTER a DROP NOT NULL", &[]),
        ("ALTER TABLE t ALTER a DROP IDENTITY; ALTER TABLE t ALTER a SET DEFAULT 1", &[]),
        ("ALTER TABLE t ALTER a DROP IDENTITY; ALTER TABLE t ALTER b SET DEFAULT 1", &["t required a"]),
        ("ALTER TABLE t ALTER a SET DEFAULT 1", &[]),
        ("ALTER TABLE t DROP CONSTRAINT t_pkey", &["t unique t_pkey"]),
        ("CREATE TABLE t (a int); ALTER TABLE t DROP CONSTRAINT t_pkey", &[]),
        ("ALTER TABLE t ENABLE ROW LEVEL SECURITY", &["t unpoliced false"]),
        (
            "ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
            &["t unpoliced false", "t unpoliced true"],
        ),
        ("ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (true)", &[]),
        ("CREATE POLICY p ON t USING (true); ALTER TABLE t ENABLE ROW LEVEL SECURITY", &[]),
        (
            "ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t AS RESTRICTIVE USING (true)",
            &["t unpoliced false"],
        ),
        ("DROP POLICY p ON t", &["t only policy p"]),
        ("DROP POLICY IF EXISTS p ON t; CREATE POLICY q ON t USING (true)", &[]),
        ("DROP POLICY p ON t; CREATE POLICY q ON u USING (true)", &["t only policy p"]),
    ] {
        assert_eq!(of(sql, "breaks_code"), wish, "{sql}");
    }
}

#[test]
fn rows_leave_by_what_is_given_back_or_found_through_another() {
    for (sql, wish) in [
        ("WITH x AS (UPDATE t SET a = a RETURNING b) INSERT INTO u SELECT b FROM x", "t copied u?"),
        (
            "WITH x AS (MERGE INTO t USING v ON t.a = v.a WHEN MATCHED THEN UPDATE SET a = 1 RETURNING b) \
             INSERT INTO u SELECT b FROM x",
            "t copied u?",
        ),
        ("DO $$ BEGIN UPDATE t SET a = a RETURNING b INTO x; INSERT INTO u VALUES (x); END $$", "t copied u?"),
        ("DO $$ BEGIN EXECUTE 'INSERT INTO u VALUES ($1)' USING (SELECT max(b) FROM t); END $$", "t copied u?"),
        ("CREATE TABLE s AS SELECT b FROM t; ALTER TABLE s INHERIT u", "t copied u?"),
        ("CREATE TABLE s AS SELECT b FROM t; ALTER TABLE u ATTACH PARTITION s FOR VALUES IN (1)", "t copied u?"),
        ("CREATE TABLE s () INHERITS (z, u); INSERT INTO s SELECT * FROM t", "t copied u?"),
        ("CREATE TABLE s PARTITION OF u FOR VALUES IN (1); INSERT INTO s SELECT * FROM t", "t copied u?"),
        ("CREATE TABLE s () INHERITS (u); INSERT INTO s VALUES (1)", "u steers"),
        ("CREATE TABLE s (a int); INSERT INTO s VALUES (1); ALTER TABLE s INHERIT u", "u steers"),
    ] {
        let is = of(sql, "weakens_access");
        assert!(is.contains(&wish.to_owned()), "{sql}: {is:?}");
    }
    for sql in [
        "WITH x AS (INSERT INTO t VALUES (1) RETURNING a) INSERT INTO u SELECT a FROM x",
        "UPDATE t SET a = 1 WHERE a IS NULL RETURNING b",
        "CREATE TABLE s (a int); INSERT INTO s SELECT b FROM t",
        "DO $$ BEGIN UPDATE t SET a = 1 WHERE a IS NULL; INSERT INTO u VALUES (1); END $$",
    ] {
        let is = of(sql, "weakens_access");
        assert!(!is.contains(&"t copied u?".to_owned()), "{sql}: {is:?}");
    }
}
