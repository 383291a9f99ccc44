//! Rows that come to where others read them.

/// Rows that leave where row security hides them by way of code and views that are there, or of what the file makes.
pub const ATTACKS: &[&str] = &[
    "INSERT INTO shown SELECT id, body FROM all_notes()",
    "INSERT INTO shown SELECT 1, b FROM bodies() AS b",
    "INSERT INTO shown SELECT n, body_of(n) FROM generate_series(1, 9) AS n",
    "INSERT INTO shown VALUES (1, deep_body(1))",
    "INSERT INTO shown SELECT id, body FROM old_view",
    "INSERT INTO shown SELECT 1, body FROM via",
    "UPDATE shown SET body = deep_body(id) WHERE id = 1",
    "UPDATE shown SET body = b FROM bodies() AS b WHERE id = 1",
    "CREATE TABLE z AS SELECT * FROM bodies() AS b; GRANT SELECT ON z TO {app}",
    "CREATE MATERIALIZED VIEW z AS SELECT * FROM bodies() AS b; GRANT SELECT ON z TO {app}",
    "SELECT b INTO z FROM bodies() AS b; GRANT SELECT ON z TO {app}",
    "MERGE INTO shown s USING bodies() AS b ON false WHEN NOT MATCHED THEN INSERT VALUES (1, b)",
    "INSERT INTO shown SELECT n, @@@ n FROM generate_series(1, 9) AS n",
    "INSERT INTO shown SELECT 1, bodied(n) FROM generate_series(1, 2) AS n",
    "SELECT pg_notify('x', body_of(1))",
    "DO $$ DECLARE b text; BEGIN b := body_of(1); INSERT INTO shown VALUES (1, b); END $$",
    "DO $$ DECLARE b text; BEGIN SELECT body_of(1) INTO b; PERFORM pg_notify('x', b); END $$",
    "ALTER TABLE shown ADD COLUMN c text DEFAULT body_of(1)",
    "ALTER TABLE shown ALTER body SET DEFAULT body_of(1); INSERT INTO shown (id) VALUES (1)",
    "ALTER TABLE shown ALTER body TYPE text USING coalesce(body, body_of(id))",
    "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT deep_body(1)'; INSERT INTO shown VALUES (1, f())",
    "CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.body := (SELECT body FROM public.notes LIMIT 1); RETURN NEW; END'; CREATE TRIGGER fill BEFORE INSERT ON shown FOR EACH ROW EXECUTE FUNCTION fill(); INSERT INTO shown VALUES (1, '')",
    "INSERT INTO abroad SELECT id, body FROM notes",
    "INSERT INTO abroad SELECT 1, b FROM bodies() AS b",
    "WITH c AS (SELECT b FROM bodies() AS b) INSERT INTO shown SELECT 1, b FROM c",
    "CREATE TEMP TABLE t AS SELECT b FROM bodies() AS b; INSERT INTO shown SELECT 1, b FROM t",
    "CREATE VIEW z WITH (security_invoker) AS SELECT * FROM notes; GRANT SELECT ON z TO {app}; ALTER VIEW z SET (security_invoker = off)",
];

/// What looks like one of them and does no harm.
pub const HARMLESS: &[&str] = &[
    "INSERT INTO shown SELECT twice(1), 'x'",
    "INSERT INTO shown SELECT id, body FROM counts",
    "INSERT INTO shown SELECT 1, n FROM names() AS n",
    "INSERT INTO bare SELECT 1, b FROM bodies() AS b",
    "CREATE TABLE z AS SELECT * FROM bodies() AS b",
    "CREATE TABLE z AS SELECT * FROM names() AS n; GRANT SELECT ON z TO {app}",
    "ALTER TABLE shown ADD COLUMN c int DEFAULT twice(1)",
    "SELECT pg_notify('x', twice(1)::text)",
    "CREATE VIEW z WITH (security_invoker) AS SELECT * FROM notes; GRANT SELECT ON z TO {app}",
    "CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.body := upper(NEW.body); RETURN NEW; END'; CREATE TRIGGER fill BEFORE INSERT ON shown FOR EACH ROW EXECUTE FUNCTION fill(); INSERT INTO shown VALUES (1, '')",
];
