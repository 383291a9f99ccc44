//! What one file prepares and a later one of the same run does.

/// Files of one run; a file that begins with `^` says in its head what it does. The last of them does harm.
pub const ATTACKS: &[&[&str]] = &[
    &["CREATE TABLE c (LIKE notes)", "ALTER TABLE notes RENAME TO notes_old", "ALTER TABLE c RENAME TO notes"],
    &["^CREATE VIEW leak AS SELECT * FROM notes", "GRANT SELECT ON leak TO PUBLIC"],
    &["^CREATE VIEW leak AS SELECT * FROM notes", "GRANT SELECT ON leak TO {app}"],
    &["CREATE TABLE z AS SELECT * FROM notes", "GRANT SELECT ON z TO {app}"],
    &["CREATE TABLE z (LIKE notes)", "INSERT INTO z SELECT * FROM notes", "GRANT SELECT ON z TO {app}"],
    &["CREATE TABLE z (LIKE notes)", "GRANT SELECT ON z TO PUBLIC"],
    &["CREATE TABLE z AS SELECT * FROM notes", "INSERT INTO shown SELECT id, body FROM z"],
    &[
        "CREATE TABLE z AS SELECT * FROM notes",
        "CREATE TABLE y AS SELECT * FROM z",
        "INSERT INTO shown SELECT id, body FROM y",
    ],
    &["CREATE TABLE z AS SELECT * FROM notes", "ALTER TABLE z RENAME TO y; GRANT SELECT ON y TO {app}"],
    &[
        "^CREATE FUNCTION f() RETURNS SETOF notes LANGUAGE sql SECURITY DEFINER AS 'SELECT * FROM notes'",
        "ALTER FUNCTION f() OWNER TO postgres",
    ],
    &[
        "CREATE FUNCTION f() RETURNS SETOF notes LANGUAGE sql AS 'SELECT * FROM notes'",
        "ALTER FUNCTION f() SECURITY DEFINER",
    ],
    &[
        "CREATE FUNCTION f() RETURNS SETOF text LANGUAGE sql AS 'SELECT body FROM public.notes'",
        "INSERT INTO shown SELECT 1, f()",
    ],
    &["^CREATE ROLE {database}_1", "GRANT pg_read_all_data TO {database}_1"],
    &["^CREATE ROLE {database}_2", "ALTER ROLE {database}_2 BYPASSRLS"],
    &["^ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {app}", "CREATE TABLE z AS SELECT * FROM notes"],
    &["^ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {app}", "CREATE VIEW z AS SELECT * FROM notes"],
    &[
        "CREATE VIEW z WITH (security_invoker) AS SELECT * FROM notes; GRANT SELECT ON z TO {app}",
        "ALTER VIEW z RESET (security_invoker)",
    ],
    &[
        "CREATE VIEW z WITH (security_invoker) AS SELECT * FROM notes; ALTER VIEW z RESET (security_invoker)",
        "GRANT SELECT ON z TO {app}",
    ],
    &[
        "CREATE SCHEMA inner_s",
        "CREATE TABLE inner_s.z AS SELECT * FROM notes",
        "GRANT USAGE ON SCHEMA inner_s TO {app}; GRANT SELECT ON ALL TABLES IN SCHEMA inner_s TO {app}",
    ],
    &[
        "CREATE FUNCTION w() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE OR REPLACE FUNCTION w() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.shown VALUES (NEW.id, NEW.body); RETURN NEW; END'",
        "CREATE TRIGGER w AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION w()",
    ],
    &[
        "CREATE FUNCTION w() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER w AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION w()",
        "CREATE OR REPLACE FUNCTION w() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.shown VALUES (NEW.id, NEW.body); RETURN NEW; END'",
    ],
];

/// The same without harm.
pub const HARMLESS: &[&[&str]] = &[
    &["CREATE TABLE z (id int)", "GRANT SELECT ON z TO {app}"],
    &["CREATE TABLE z AS SELECT * FROM bare", "GRANT SELECT ON z TO {app}"],
    &["CREATE VIEW z WITH (security_invoker) AS SELECT * FROM notes", "GRANT SELECT ON z TO {app}"],
    &["CREATE TABLE z AS SELECT * FROM bare", "INSERT INTO shown SELECT id, body FROM z"],
];
