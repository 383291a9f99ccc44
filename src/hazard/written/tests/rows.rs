//! Rows that go or are written over, and who waits.

use super::*;

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
        ("REFRESH MATERIALIZED VIEW t", &["blocks_reads: t there"]),
        ("DO $$ BEGIN REFRESH MATERIALIZED VIEW t; END $$", &["blocks_reads: t there"]),
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
        ("ALTER TABLE u ADD a int; SELECT pg_sleep_for('1 h')", &["blocks_reads: anything"]),
        (
            "ALTER TABLE u ADD a int; DO $$ BEGIN PERFORM pg_sleep_until('tomorrow'); END $$",
            &["blocks_reads: anything"],
        ),
        ("ALTER TABLE u ADD a int; CREATE TABLE z AS SELECT * FROM t", blocked),
        ("CREATE TABLE z AS SELECT * FROM t", &[]),
        ("SELECT * FROM t FOR UPDATE; SELECT pg_sleep(600)", &["blocks_reads: anything"]),
        ("ALTER TABLE u ADD a int; DO $$ BEGIN UPDATE t SET a = 1 WHERE a IS NULL; END $$", blocked),
        ("ALTER TABLE u ADD a int; UPDATE t SET a = 1 WHERE a IS NULL AND id = 3", &[]),
        ("-- dbtool: no-transaction\nALTER TABLE u ADD a int; UPDATE t SET a = 1 WHERE a IS NULL", &[]),
        ("CREATE TABLE u (); ALTER TABLE u ADD a int; UPDATE t SET a = 1 WHERE a IS NULL", &[]),
        ("ALTER TABLE u ADD a int; INSERT INTO u SELECT * FROM t", blocked),
        ("ALTER TABLE u ADD a int; INSERT INTO u VALUES (1)", &[]),
    ]);
}
