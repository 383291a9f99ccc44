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
    "SELECT spill()",
    "DO $$ BEGIN PERFORM spill(); END $$",
    "CREATE FUNCTION more() RETURNS void LANGUAGE sql AS 'SELECT spill()'; SELECT more()",
    "CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.shown SELECT id, body FROM public.notes; END'; CALL p()",
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql \
     AS 'BEGIN INSERT INTO public.shown SELECT id, body FROM public.notes; RETURN NEW; END'; \
     CREATE TRIGGER f AFTER INSERT ON bare FOR EACH ROW EXECUTE FUNCTION f(); INSERT INTO bare VALUES (1)",
    "INSERT INTO shown SELECT 1, (all_notes()).body",
    "INSERT INTO shown SELECT 1, to_json(n)::text FROM notes n",
    "INSERT INTO shown SELECT id, body FROM notes TABLESAMPLE SYSTEM (100)",
    "CREATE FUNCTION f() RETURNS SETOF text LANGUAGE sql BEGIN ATOMIC SELECT body FROM notes; END; INSERT INTO shown SELECT 1, f()",
    "CREATE FUNCTION f() RETURNS text LANGUAGE sql RETURN (SELECT max(body) FROM notes); INSERT INTO shown SELECT 1, f()",
    "CREATE TABLE z AS SELECT * FROM notes; DO $$ BEGIN GRANT SELECT ON z TO {app}; END $$",
    "CREATE TABLE z AS SELECT * FROM notes; DO $$ BEGIN EXECUTE 'GRANT SELECT ON z TO {app}'; END $$",
    "DO $$ BEGIN EXECUTE 'CREATE TABLE z AS SELECT * FROM notes'; END $$; GRANT SELECT ON z TO {app}",
    "CREATE TABLE z AS SELECT * FROM notes; ALTER TABLE z SET SCHEMA ahead; GRANT SELECT ON ahead.z TO {app}",
];

/// Rows that a statement gives back, that EXECUTE is given, or that are found through another table.
pub const GIVEN: &[&str] = &[
    "WITH x AS (UPDATE notes SET body = body WHERE id = 1 RETURNING body) INSERT INTO shown SELECT 1, body FROM x",
    "WITH x AS (MERGE INTO notes n USING (SELECT 1 AS id) s ON n.id = s.id WHEN MATCHED THEN UPDATE SET body = n.body RETURNING n.body) INSERT INTO shown SELECT 1, body FROM x",
    "DO $$ DECLARE t text; BEGIN UPDATE notes SET body = body WHERE id = 1 RETURNING body INTO t; INSERT INTO shown VALUES (1, t); END $$",
    "DO $$ BEGIN EXECUTE 'INSERT INTO shown VALUES (1, $1)' USING (SELECT max(body) FROM notes); END $$",
    "CREATE TABLE stash AS SELECT body FROM notes; ALTER TABLE stash INHERIT open_parent",
    "CREATE TABLE kid () INHERITS (open_parent); INSERT INTO kid SELECT body FROM notes",
];

/// The same where nobody sees more by it.
pub const KEPT: &[&str] = &[
    "WITH x AS (UPDATE tenants SET name = 'c' WHERE id = 1 RETURNING id, name) INSERT INTO shown SELECT id, name FROM x",
    "WITH x AS (INSERT INTO notes VALUES (9, 1, '') RETURNING id) INSERT INTO shown SELECT id, '' FROM x",
    "DO $$ BEGIN EXECUTE 'INSERT INTO shown VALUES (1, $1)' USING (SELECT max(name) FROM tenants); END $$",
    "CREATE TABLE stash AS SELECT body FROM notes; ALTER TABLE stash INHERIT closed_parent",
    "CREATE TABLE kid () INHERITS (open_parent); INSERT INTO kid SELECT body FROM bare",
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
    "SELECT stow()",
    "CREATE TABLE z (LIKE notes); CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'INSERT INTO z SELECT * FROM notes'; SELECT f()",
    "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'INSERT INTO public.shown SELECT id, body FROM public.notes'",
];
