-- What came from elsewhere beside what is ours: partitions that a job makes, statistics, a publication, a guard on DDL.
CREATE SCHEMA audit;
CREATE TABLE audit.events (
    at timestamptz DEFAULT now() NOT NULL,
    actor text DEFAULT current_user NOT NULL,
    what jsonb NOT NULL,
    PRIMARY KEY (at, actor)
) PARTITION BY RANGE (at);
CREATE TABLE audit.events_2026 PARTITION OF audit.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE audit.events_rest PARTITION OF audit.events DEFAULT;
CREATE INDEX events_by_actor ON audit.events (actor);
CREATE TABLE audit.actors (name text PRIMARY KEY, kind text, active boolean DEFAULT true);
CREATE STATISTICS audit.kinds_of_actors ON kind, active FROM audit.actors;
CREATE RULE keep_actors AS ON DELETE TO audit.actors DO INSTEAD UPDATE audit.actors SET active = false WHERE name = old.name;
CREATE PUBLICATION audit_feed FOR TABLE audit.actors;
CREATE COLLATION audit.by_number FROM "C";
ALTER TABLE audit.actors ADD COLUMN code text COLLATE audit.by_number;
CREATE FUNCTION audit.note_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM 1; END';
CREATE EVENT TRIGGER audit_ddl ON ddl_command_end EXECUTE FUNCTION audit.note_ddl();
