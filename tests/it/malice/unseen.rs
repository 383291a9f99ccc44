//! What is prepared now and does its harm when somebody else reads or writes.

/// What stands around them beside the rest: tables that policies read, split up; code behind triggers, defaults and checks.
pub const MORE: &str = r#"
    SET search_path = public;
    CREATE TABLE staff (tenant int, who text) PARTITION BY LIST (tenant);
    CREATE TABLE staff_1 PARTITION OF staff FOR VALUES IN (1);
    CREATE TABLE tasks (id int PRIMARY KEY, tenant int, body text, above int);
    INSERT INTO tasks VALUES (1, 1, 'x', NULL), (2, 2, 'y', 1);
    ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
    ALTER TABLE tasks FORCE ROW LEVEL SECURITY;
    CREATE POLICY of_staff ON tasks USING (EXISTS (SELECT FROM staff s WHERE s.tenant = tasks.tenant AND s.who = current_user));
    CREATE TABLE titles (id int, title text);
    INSERT INTO titles VALUES (1, 'x');
    CREATE FUNCTION all_titles() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER SET search_path = public AS 'SELECT title FROM titles';
    CREATE TABLE log (id int, body text);
    CREATE FUNCTION logs() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO log VALUES (NEW.id, NEW.body); RETURN NEW; END$$;
    CREATE TRIGGER logs AFTER INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION logs();
    CREATE FUNCTION be(n int) RETURNS void LANGUAGE plpgsql AS $$BEGIN PERFORM set_config('app.tenant', n::text, false); END$$;
    CREATE FUNCTION becomes() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM be(NEW.tenant); RETURN NEW; END$$;
    CREATE FUNCTION first_id() RETURNS int LANGUAGE sql AS 'SELECT 1';
    ALTER TABLE tasks ALTER id SET DEFAULT first_id();
    CREATE FUNCTION is_short(t text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT length(t) < 1000';
    ALTER TABLE tasks ADD CONSTRAINT short CHECK (is_short(body));
    CREATE FUNCTION plain() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
    CREATE TRIGGER plain AFTER INSERT ON bare FOR EACH ROW EXECUTE FUNCTION plain();
    CREATE FUNCTION shorten(t text) RETURNS text LANGUAGE sql AS 'SELECT left(t, 3)';
    CREATE VIEW short_tasks WITH (security_invoker) AS SELECT id, shorten(body) AS body FROM tasks;
"#;

/// Parts of closed tables, and of those that decide who sees them, that others may use by themselves.
pub const PARTS: &[&str] = &[
    "GRANT SELECT ON parts_1 TO {app}",
    "GRANT INSERT ON staff_1 TO {app}",
    "CREATE TABLE parts_2 PARTITION OF parts FOR VALUES IN (2); GRANT SELECT ON parts_2 TO {app}",
    "CREATE TABLE parts_2 (LIKE parts); GRANT SELECT ON parts_2 TO {app}; ALTER TABLE parts ATTACH PARTITION parts_2 FOR VALUES IN (2)",
    "CREATE TABLE parts_2 PARTITION OF parts FOR VALUES IN (2) PARTITION BY LIST (body); \
     CREATE TABLE parts_2_a PARTITION OF parts_2 FOR VALUES IN ('a'); GRANT SELECT ON parts_2_a TO {app}",
    "CREATE TABLE more () INHERITS (notes); GRANT SELECT ON more TO {app}",
    "CREATE TABLE more (LIKE notes); GRANT SELECT ON more TO {app}; ALTER TABLE more INHERIT notes",
    "CREATE TABLE staff_2 PARTITION OF staff FOR VALUES IN (2); GRANT INSERT ON staff_2 TO {app}",
    "CREATE TABLE staff_2 (LIKE staff); GRANT INSERT ON staff_2 TO {app}; ALTER TABLE staff ATTACH PARTITION staff_2 FOR VALUES IN (2)",
    "CREATE TABLE staff_2 (LIKE staff); ALTER TABLE staff ATTACH PARTITION staff_2 FOR VALUES IN (2); GRANT INSERT ON staff_2 TO {app}",
    "CREATE TABLE more () INHERITS (members); GRANT INSERT ON more TO {app}",
    "CREATE TABLE more (LIKE members); GRANT UPDATE ON more TO {app}; ALTER TABLE more INHERIT members",
];

/// The same where nobody sees or decides more by it.
pub const PARTS_KEPT: &[&str] = &[
    "CREATE TABLE parts_2 PARTITION OF parts FOR VALUES IN (2)",
    "CREATE TABLE staff_2 PARTITION OF staff FOR VALUES IN (2)",
    "CREATE TABLE more () INHERITS (bare); GRANT SELECT, INSERT ON more TO {app}",
    "CREATE TABLE staff_2 PARTITION OF staff FOR VALUES IN (2); GRANT SELECT ON staff_2 TO {app}",
];
