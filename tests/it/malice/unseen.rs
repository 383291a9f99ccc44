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
    CREATE TABLE big AS SELECT n AS id FROM generate_series(1, 120000) AS n;
    CREATE VIEW big_view AS SELECT id FROM big;
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

/// Names in the text of code that come to mean something else, settings that triggers change, code that is put in the place
/// of other code.
pub const LATER: &[&str] = &[
    "CREATE TABLE c (LIKE members); ALTER TABLE members RENAME TO m2; ALTER TABLE c RENAME TO members",
    "ALTER TABLE members RENAME TO m2; CREATE TABLE members (tenant int, who text)",
    "ALTER TABLE titles RENAME TO t2; ALTER TABLE quiet RENAME TO titles",
    "ALTER TABLE titles RENAME TO t2; CREATE VIEW titles WITH (security_invoker) AS SELECT id, body AS title FROM notes",
    "ALTER TABLE notes RENAME TO swap; ALTER TABLE deals RENAME TO notes; ALTER TABLE swap RENAME TO deals",
    "ALTER TABLE log RENAME TO l2; ALTER TABLE shown RENAME TO log",
    "ALTER TABLE log RENAME TO l2; CREATE TABLE log (id int, body text)",
    // Settings.
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM set_config(''app.tenant'', ''2'', false); RETURN NEW; END'; \
     CREATE TRIGGER f BEFORE INSERT ON bare FOR EACH ROW EXECUTE FUNCTION f()",
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN SET app.tenant = ''2''; RETURN NEW; END'; \
     CREATE TRIGGER f BEFORE INSERT ON bare FOR EACH ROW EXECUTE FUNCTION f()",
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RESET ALL; RETURN NEW; END'; \
     CREATE TRIGGER f BEFORE INSERT ON bare FOR EACH ROW EXECUTE FUNCTION f()",
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM set_config(''app.'' || ''tenant'', ''2'', false); RETURN NEW; END'; \
     CREATE TRIGGER f BEFORE INSERT ON bare FOR EACH ROW EXECUTE FUNCTION f()",
    "CREATE TRIGGER f BEFORE INSERT ON bare FOR EACH ROW EXECUTE FUNCTION becomes()",
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM be(2); RETURN NEW; END'; \
     CREATE TRIGGER f BEFORE INSERT ON bare FOR EACH ROW EXECUTE FUNCTION f()",
    "CREATE OR REPLACE FUNCTION plain() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM be(2); RETURN NEW; END'",
    "CREATE OR REPLACE FUNCTION first_id() RETURNS int LANGUAGE sql AS 'SELECT set_config(''app.tenant'', ''2'', false)::int'",
    "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN PERFORM be(2); RETURN 1; END'; ALTER TABLE bare ALTER id SET DEFAULT f()",
    // Code behind what is there.
    "CREATE OR REPLACE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO shown VALUES (NEW.id, NEW.body); RETURN NEW; END'",
    "CREATE OR REPLACE FUNCTION plain() RETURNS trigger LANGUAGE plpgsql \
     AS 'BEGIN INSERT INTO shown SELECT id, body FROM notes; RETURN NEW; END'",
    "CREATE OR REPLACE FUNCTION first_id() RETURNS int LANGUAGE sql AS 'INSERT INTO shown SELECT id, body FROM notes; SELECT 1'",
    "CREATE OR REPLACE FUNCTION is_short(t text) RETURNS bool LANGUAGE plpgsql IMMUTABLE \
     AS 'BEGIN INSERT INTO shown VALUES (1, t); RETURN true; END'",
    "CREATE OR REPLACE FUNCTION shorten(t text) RETURNS text LANGUAGE plpgsql AS 'BEGIN INSERT INTO shown VALUES (1, t); RETURN t; END'",
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.shown SELECT id, body FROM public.notes; RETURN NEW; END'; \
     CREATE TRIGGER f AFTER INSERT ON bare FOR EACH ROW EXECUTE FUNCTION f()",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'INSERT INTO shown SELECT id, body FROM notes; SELECT 1'; \
     ALTER TABLE bare ALTER id SET DEFAULT f()",
    "CREATE FUNCTION c(text) RETURNS int LANGUAGE sql AS 'SELECT 2'; CREATE CAST (text AS int) WITH FUNCTION c(text)",
    "CREATE FUNCTION c(text) RETURNS int LANGUAGE sql AS 'SELECT 2'; CREATE CAST (text AS int) WITH FUNCTION c(text) AS IMPLICIT",
    "CREATE CAST (text AS bytea) WITHOUT FUNCTION AS ASSIGNMENT",
];

/// What looks like one of them and does no harm.
pub const LATER_KEPT: &[&str] = &[
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM set_config(''app.seen'', ''1'', true); RETURN NEW; END'; \
     CREATE TRIGGER f BEFORE INSERT ON bare FOR EACH ROW EXECUTE FUNCTION f()",
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF current_setting(''app.tenant'') = '''' THEN RETURN NULL; END IF; \
     RETURN NEW; END'; CREATE TRIGGER f BEFORE INSERT ON bare FOR EACH ROW EXECUTE FUNCTION f()",
    "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'SELECT be(2)'",
    "SELECT set_config('app.tenant', '1', true)",
    "CREATE OR REPLACE FUNCTION plain() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.body := upper(NEW.body); RETURN NEW; END'",
    "CREATE OR REPLACE FUNCTION first_id() RETURNS int LANGUAGE sql AS 'SELECT 2'",
    "CREATE OR REPLACE FUNCTION shorten(t text) RETURNS text LANGUAGE sql AS 'SELECT left(t, 5)'",
    "CREATE TYPE tt AS (a int); CREATE FUNCTION c(tt) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE CAST (tt AS int) WITH FUNCTION c(tt)",
];

/// Rows that variables, windows and other rows of the same table carry.
pub const CARRIED: &[&str] = &[
    "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'DECLARE t text; BEGIN UPDATE notes SET body = body WHERE id = 1 RETURNING body INTO t; \
     INSERT INTO shown VALUES (1, t); END'; SELECT f()",
    "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'DECLARE t text; BEGIN SELECT body INTO t FROM notes WHERE id = 1; \
     INSERT INTO shown VALUES (1, t); END'; SELECT f()",
    "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'DECLARE t text; BEGIN INSERT INTO notes VALUES (9, 1, ''z'') \
     ON CONFLICT (id) DO UPDATE SET id = 9 RETURNING body INTO t; INSERT INTO shown VALUES (1, t); END'; SELECT f()",
    "CREATE PROCEDURE f() LANGUAGE plpgsql AS 'DECLARE t text; BEGIN t := (SELECT max(body) FROM notes); UPDATE shown SET body = t WHERE id = 1; END'; \
     CALL f()",
    "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'DECLARE r record; BEGIN FOR r IN SELECT * FROM notes LOOP \
     INSERT INTO deals VALUES (r.id + 100, 1, r.body); END LOOP; END'; SELECT f()",
    "DO $$ DECLARE t text; BEGIN UPDATE notes SET body = body WHERE id = 1 RETURNING body INTO t; UPDATE shown SET body = t WHERE id = 1; END $$",
    "DO $$ DECLARE t text[]; BEGIN SELECT array_agg(body) INTO t FROM notes; EXECUTE 'INSERT INTO shown VALUES (1, $1)' USING t[1]; END $$",
    "INSERT INTO notes SELECT id + 100, tenant, lag(body) OVER (ORDER BY id) FROM notes",
    "INSERT INTO deals SELECT id + 100, tenant, first_value(body) OVER w FROM notes WINDOW w AS (ORDER BY id)",
    "INSERT INTO deals SELECT id + 100, tenant, string_agg(body, ',') OVER () FROM notes",
    "UPDATE notes n SET body = o.b FROM (SELECT id, lead(body) OVER (ORDER BY id) AS b FROM notes) o WHERE o.id = n.id",
    "UPDATE notes n SET body = o.body FROM notes o WHERE n.id = o.id + 1",
    "UPDATE tasks t SET body = o.body FROM tasks o WHERE o.id = t.above",
    "UPDATE notes n SET body = d.body FROM deals d WHERE n.id = d.id AND n.tenant <> d.tenant AND n.id = 77",
    "UPDATE notes n SET body = d.body FROM deals d WHERE n.id = d.id AND n.tenant = 1 AND d.tenant = 2 AND n.id = 77",
    "UPDATE notes n SET body = d.body FROM deals d WHERE n.id = d.id AND n.tenant IS DISTINCT FROM d.tenant AND n.id = 77",
];

/// The same where each keeps its own.
pub const CARRIED_KEPT: &[&str] = &[
    "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'DECLARE t text; BEGIN SELECT name INTO t FROM tenants WHERE id = 1; \
     INSERT INTO shown VALUES (1, t); END'; SELECT f()",
    "INSERT INTO notes SELECT id + 100, tenant, lag(body) OVER (PARTITION BY tenant ORDER BY id) FROM notes",
    "INSERT INTO deals SELECT id + 100, tenant, first_value(body) OVER w FROM notes WINDOW w AS (PARTITION BY tenant ORDER BY id)",
    "INSERT INTO deals SELECT row_number() OVER (ORDER BY id) + 100, tenant, body FROM notes",
    "UPDATE tasks t SET body = o.body FROM tasks o WHERE o.id = t.above AND o.tenant = t.tenant AND t.id = 77",
    "UPDATE notes n SET body = d.body FROM deals d WHERE n.id = d.id AND n.tenant = d.tenant AND n.tenant = 1 AND d.tenant = 1 AND n.id = 77",
];

/// Files that keep others from a small table for as long as something else takes.
pub const WAITS: &[&str] = &[
    "ALTER TABLE bare ADD z int; SELECT count(*) FROM big",
    "ALTER TABLE bare ADD z int; SELECT count(*) FROM big_view",
    "LOCK TABLE bare; SELECT count(*) FROM big",
    "LOCK TABLE bare IN SHARE MODE; SELECT count(*) FROM big",
    "TRUNCATE bare; SELECT count(*) FROM big",
    "CREATE TRIGGER t BEFORE INSERT ON bare FOR EACH ROW EXECUTE FUNCTION guard(); SELECT count(*) FROM big",
    "CREATE INDEX ON bare (id); DO $$ BEGIN PERFORM count(*) FROM big; END $$",
    "ALTER VIEW counts RENAME TO counts_2; SELECT count(*) FROM big",
    "ALTER TABLE bare ADD z int; SELECT count(*) FROM generate_series(1, 10000000)",
];

/// The same where nobody waits long.
pub const WAITS_SHORT: &[&str] = &[
    "LOCK TABLE bare IN ROW EXCLUSIVE MODE; SELECT count(*) FROM big",
    "SELECT count(*) FROM big; ALTER TABLE bare ADD z int",
    "ALTER TABLE bare ADD z int; SELECT id FROM big WHERE id = 1",
    "CREATE TABLE z (id int); CREATE INDEX ON z (id); SELECT count(*) FROM big",
    "LOCK TABLE bare; SELECT count(*) FROM tenants",
];
