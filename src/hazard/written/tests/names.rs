//! What goes, and what names mean by then.

use super::*;

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
        ("ALTER FUNCTION s.f(int) SET SCHEMA x", &["weakens_access: guards f", "breaks_code: anything"]),
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
