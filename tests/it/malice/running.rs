//! Code that runs without being called by its name where it runs.

/// What deletes, behind loops, defaults, operators, triggers, policies and other names.
pub const ATTACKS: &[&str] = &[
    "DO $$ BEGIN FOR i IN 1..wipe_i() LOOP NULL; END LOOP; END $$",
    "DO $$ BEGIN EXECUTE 'SELECT $1' USING wipe_i(); END $$",
    "DO $$ DECLARE r record; BEGIN FOR r IN EXECUTE 'SELECT $1' USING wipe_i() LOOP NULL; END LOOP; END $$",
    "DO $$ DECLARE c refcursor; BEGIN OPEN c FOR EXECUTE 'SELECT $1' USING wipe_i(); END $$",
    "CREATE FUNCTION o() RETURNS int LANGUAGE sql RETURN wipe_i(); SELECT o()",
    "CREATE FUNCTION o(a int DEFAULT wipe_i()) RETURNS int LANGUAGE sql AS 'SELECT $1'; SELECT o()",
    "CREATE PROCEDURE o(a int DEFAULT wipe_i()) LANGUAGE sql AS 'SELECT 1'; CALL o()",
    "SELECT wipe_by()",
    "SELECT t.wipe_row FROM tenants t",
    "SELECT (x.t).wipe_row FROM (SELECT t FROM tenants t) x",
    "SELECT 1 FROM tenants t ORDER BY t.wipe_row",
    "UPDATE tenants SET name = 'c' WHERE id = 1 RETURNING tenants.wipe_row",
    "DO $$ DECLARE x int; BEGIN SELECT t.wipe_row INTO x FROM tenants t; END $$",
    "CREATE FUNCTION h2() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN h1(); END'; CREATE FUNCTION h1() RETURNS int LANGUAGE plpgsql AS 'BEGIN DELETE FROM notes; RETURN 1; END'; SELECT h2()",
    "CREATE TABLE p (a int, x int DEFAULT calm()); CREATE OR REPLACE FUNCTION calm() RETURNS int LANGUAGE plpgsql AS 'BEGIN DELETE FROM notes; RETURN 1; END'; INSERT INTO p VALUES (1)",
    "CREATE OR REPLACE FUNCTION twice(n int) RETURNS int LANGUAGE plpgsql AS 'BEGIN DELETE FROM notes; RETURN 1; END'; SELECT by_twice(1)",
    "CREATE FUNCTION aa() RETURNS int LANGUAGE plpgsql AS 'BEGIN DELETE FROM notes; RETURN 1; END'; ALTER FUNCTION aa() RENAME TO bb; SELECT bb()",
    "CREATE PROCEDURE aa() LANGUAGE plpgsql AS 'BEGIN DELETE FROM notes; END'; ALTER PROCEDURE aa() RENAME TO bb; CALL bb()",
    "CREATE SCHEMA {other}_1; CREATE FUNCTION {other}_1.aa() RETURNS int LANGUAGE plpgsql AS 'BEGIN DELETE FROM public.notes; RETURN 1; END'; ALTER SCHEMA {other}_1 RENAME TO {other}_2; SELECT {other}_2.aa()",
    "ALTER FUNCTION wipe_i() RENAME TO safe; SELECT safe()",
    "CREATE TABLE p (a int); CREATE TRIGGER t BEFORE INSERT ON p FOR EACH ROW WHEN (wipe_i() = 1) EXECUTE FUNCTION guard(); INSERT INTO p VALUES (1)",
    "CREATE TABLE p (a int); ALTER TABLE p ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY z ON p USING (true); ALTER POLICY z ON p USING (wipe_i() = 1); UPDATE p SET a = 2",
    "CREATE TABLE p (a int); ALTER TABLE p ENABLE ROW LEVEL SECURITY; CREATE POLICY z ON p USING (wipe_i() = 1); SELECT * FROM p",
    "CREATE TYPE tt AS (a int); CREATE FUNCTION ttge(tt, tt) RETURNS bool LANGUAGE plpgsql AS 'BEGIN DELETE FROM notes; RETURN true; END'; CREATE OPERATOR public.~~ (LEFTARG = tt, RIGHTARG = tt, FUNCTION = ttge); CREATE TABLE p (x tt); SELECT 1 FROM p a, p b WHERE a.x LIKE b.x",
    "CREATE TYPE tt AS (a int); CREATE FUNCTION ttge(tt, tt) RETURNS bool LANGUAGE plpgsql AS 'BEGIN DELETE FROM notes; RETURN true; END'; CREATE OPERATOR public.= (LEFTARG = tt, RIGHTARG = tt, FUNCTION = ttge); SELECT nullif(ROW(1)::tt, ROW(2)::tt)",
];

/// What looks like one of them and does no harm.
pub const HARMLESS: &[&str] = &[
    "DO $$ BEGIN FOR i IN 1..twice(2) LOOP NULL; END LOOP; END $$",
    "DO $$ BEGIN EXECUTE 'SELECT $1' USING twice(2); END $$",
    "CREATE FUNCTION o(a int DEFAULT twice(1)) RETURNS int LANGUAGE sql RETURN twice(a); SELECT o()",
    "SELECT b.doubled, b.body FROM bare b ORDER BY b.id",
    "SELECT t.name FROM tenants t WHERE t.id = 1",
    "CREATE TABLE p (a int, x int DEFAULT calm()); CREATE OR REPLACE FUNCTION calm() RETURNS int LANGUAGE sql AS 'SELECT 2'; INSERT INTO p VALUES (1)",
    "CREATE FUNCTION aa() RETURNS int LANGUAGE sql AS 'SELECT twice(1)'; ALTER FUNCTION aa() RENAME TO bb; SELECT bb()",
    "CREATE TABLE p (a int); CREATE TRIGGER t BEFORE INSERT ON p FOR EACH ROW WHEN (twice(1) = 2) EXECUTE FUNCTION guard(); INSERT INTO p VALUES (1)",
    "CREATE TABLE p (a int); ALTER TABLE p ENABLE ROW LEVEL SECURITY; CREATE POLICY z ON p USING (a = twice(1)); SELECT * FROM p",
    "SELECT id FROM bare WHERE body LIKE 'x%' AND id BETWEEN 1 AND 2 AND nullif(id, 1) IS DISTINCT FROM 3",
];
