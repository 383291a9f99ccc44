-- One of everything that dbtool leaves alone, and a little that it manages and that hangs on it.
CREATE SCHEMA audit;
CREATE TABLE notes (id int PRIMARY KEY, kind int, body text);
CREATE TYPE pair AS (a int, b int);

CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watching ON ddl_command_end WHEN TAG IN ('CREATE CONVERSION') EXECUTE FUNCTION watch();

CREATE FOREIGN DATA WRAPPER elsewhere;
CREATE SERVER away FOREIGN DATA WRAPPER elsewhere;
CREATE USER MAPPING FOR PUBLIC SERVER away OPTIONS (user 'somebody', password 'secret');
CREATE FOREIGN TABLE rates (day date, rate numeric) SERVER away;

CREATE PUBLICATION outbound FOR TABLE notes;
CREATE SUBSCRIPTION zoo_inbound CONNECTION 'host=nowhere' PUBLICATION outbound WITH (connect = false, slot_name = NONE);
CREATE STATISTICS notes_statistics ON id, kind FROM notes;
CREATE RULE quiet AS ON DELETE TO notes WHERE old.id < 0 DO INSTEAD NOTHING;

CREATE FUNCTION first_of(pair) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a';
CREATE FUNCTION is_less(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a < ($2).a';
CREATE FUNCTION order_of(pair, pair) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 0';
CREATE CAST (pair AS int) WITH FUNCTION first_of(pair);
CREATE OPERATOR <<< (LEFTARG = pair, RIGHTARG = pair, FUNCTION = is_less);
CREATE OPERATOR FAMILY pair_family USING btree;
CREATE OPERATOR CLASS pair_class FOR TYPE pair USING btree FAMILY pair_family
    AS OPERATOR 1 <<<(pair, pair), FUNCTION 1 order_of(pair, pair);
ALTER OPERATOR FAMILY integer_ops USING btree ADD OPERATOR 1 <<<(pair, pair);

CREATE TEXT SEARCH DICTIONARY words (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION plain (COPY = simple);
CREATE TEXT SEARCH PARSER letters
    (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE bare (LEXIZE = dsimple_lexize);
CREATE COLLATION strict_order FROM "C";
CREATE CONVERSION narrow FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;

CREATE LANGUAGE plsame HANDLER plpgsql_call_handler;
CREATE ACCESS METHOD sameindex TYPE INDEX HANDLER bthandler;
CREATE TYPE unfinished;
CREATE TYPE small;
CREATE FUNCTION small_in(cstring) RETURNS small LANGUAGE internal STRICT IMMUTABLE AS 'int4in';
CREATE FUNCTION small_out(small) RETURNS cstring LANGUAGE internal STRICT IMMUTABLE AS 'int4out';
CREATE TYPE small (INPUT = small_in, OUTPUT = small_out, INTERNALLENGTH = 4, PASSEDBYVALUE);
CREATE FUNCTION pair_from_sql(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'prsd_lextype';
CREATE TRANSFORM FOR pair LANGUAGE plpgsql (FROM SQL WITH FUNCTION pair_from_sql(internal));
CREATE TABLE of_pairs OF pair;
SELECT lo_create(0) FROM generate_series(1, 3);

-- Inside of what is managed, what is not.
CREATE VIEW noted AS SELECT id, body FROM notes;
ALTER VIEW noted ALTER COLUMN body SET DEFAULT 'empty';
CREATE INDEX notes_lower ON notes (lower(body));
ALTER INDEX notes_lower ALTER COLUMN 1 SET STATISTICS 70;
CREATE MATERIALIZED VIEW kept AS SELECT id, body FROM notes;
CREATE INDEX kept_id ON kept (id);
ALTER MATERIALIZED VIEW kept CLUSTER ON kept_id;
ALTER MATERIALIZED VIEW kept ALTER COLUMN body SET STORAGE EXTERNAL, SET (toast.autovacuum_enabled = false);
CREATE TABLE spread (id int GENERATED ALWAYS AS IDENTITY, note int PRIMARY KEY REFERENCES notes) PARTITION BY RANGE (note);
CREATE TABLE spread_1 PARTITION OF spread FOR VALUES FROM (1) TO (9);
ALTER INDEX spread_1_pkey SET (fillfactor = 50);
CREATE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER passing BEFORE INSERT ON spread FOR EACH ROW EXECUTE FUNCTION pass();
ALTER TABLE spread_1 DISABLE TRIGGER passing;
CREATE TABLE unchecked (note int REFERENCES notes);
ALTER TABLE unchecked DISABLE TRIGGER ALL;
COMMENT ON INDEX spread_1_pkey IS 'Of a part';
COMMENT ON TRIGGER passing ON spread_1 IS 'Not here';
COMMENT ON SEQUENCE spread_id_seq IS 'Of a column';
GRANT USAGE ON SEQUENCE spread_id_seq TO pg_monitor;
ALTER INDEX notes_lower DEPENDS ON EXTENSION plpgsql;
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
-- A range has a cast that came with it.
CREATE TYPE stretch AS RANGE (subtype = int);

-- What is managed and leans on what is not.
CREATE TABLE uses (id int PRIMARY KEY, small small, many small[], rate rates, note int REFERENCES notes);
CREATE FUNCTION smallest(VARIADIC small[]) RETURNS SETOF small LANGUAGE sql AS 'SELECT $1[1]';
