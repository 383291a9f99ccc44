-- A queue of jobs with its history, the way libraries make one: counters, leases, partial indexes, unlogged scratch.
CREATE SCHEMA queue;
CREATE TYPE queue.state AS ENUM ('available', 'running', 'done', 'failed', 'cancelled');

CREATE TABLE queue.kinds (
    name text PRIMARY KEY,
    max_attempts smallint DEFAULT 25 NOT NULL CONSTRAINT attempts_are_few CHECK (max_attempts BETWEEN 1 AND 100),
    lease interval DEFAULT '00:05:00' NOT NULL
);

CREATE TABLE queue.jobs (
    id bigserial PRIMARY KEY,
    kind text NOT NULL REFERENCES queue.kinds ON UPDATE CASCADE,
    state queue.state DEFAULT 'available' NOT NULL,
    priority smallint DEFAULT 1 NOT NULL,
    attempt smallint DEFAULT 0 NOT NULL,
    arguments jsonb DEFAULT '{}' NOT NULL,
    errors jsonb[],
    run_at timestamptz DEFAULT now() NOT NULL,
    leased_until timestamptz,
    leased_by inet,
    unique_key bytea,
    CHECK (state <> 'running' OR leased_until IS NOT NULL),
    CHECK (jsonb_typeof(arguments) = 'object')
);
CREATE INDEX jobs_to_run ON queue.jobs (kind, priority DESC, run_at, id) WHERE state = 'available';
CREATE UNIQUE INDEX jobs_once ON queue.jobs (kind, unique_key)
    WHERE unique_key IS NOT NULL AND state IN ('available', 'running');
CREATE INDEX jobs_arguments ON queue.jobs USING gin (arguments);
ALTER TABLE queue.jobs SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

CREATE UNLOGGED TABLE queue.leaders (
    name text DEFAULT 'default' PRIMARY KEY CHECK (length(name) > 0 AND length(name) < 128),
    elected_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE TABLE queue.schedules (
    id integer GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    cron text NOT NULL CHECK (array_length(regexp_split_to_array(trim(cron), '\s+'), 1) = 5),
    during tstzrange,
    CONSTRAINT schedules_pk PRIMARY KEY (id),
    CONSTRAINT schedules_of_a_kind FOREIGN KEY (kind) REFERENCES queue.kinds (name) NOT VALID
);

CREATE FUNCTION queue.take(wanted text[], how_many integer DEFAULT 10, VARIADIC hosts inet[] DEFAULT '{}')
    RETURNS SETOF queue.jobs LANGUAGE sql ROWS 10 AS $$
    UPDATE queue.jobs SET state = 'running', attempt = attempt + 1, leased_until = now() + interval '5 minutes'
     WHERE id IN (SELECT id FROM queue.jobs WHERE state = 'available' AND kind = ANY (wanted) AND run_at <= now()
                   ORDER BY priority DESC, run_at LIMIT how_many FOR UPDATE SKIP LOCKED)
 RETURNING *
$$;

CREATE FUNCTION queue.counts() RETURNS TABLE (kind text, state queue.state, jobs bigint) LANGUAGE sql STABLE AS $$
    SELECT kind, state, count(*) FROM queue.jobs GROUP BY 1, 2
$$;

CREATE FUNCTION queue.tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('queue', json_build_object('kind', new.kind)::text);
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER tell AFTER INSERT ON queue.jobs DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (new.state = 'available') EXECUTE FUNCTION queue.tell();
CREATE FUNCTION queue.keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''jobs are kept''; END';
CREATE TRIGGER keep BEFORE TRUNCATE ON queue.jobs EXECUTE FUNCTION queue.keep();
ALTER TABLE queue.jobs DISABLE TRIGGER keep;

CREATE VIEW queue.late AS
    SELECT id, kind, now() - run_at AS late_by FROM queue.jobs WHERE state = 'available' AND run_at < now() - '00:01:00'::interval;
CREATE MATERIALIZED VIEW queue.daily AS
    SELECT kind, run_at::date AS day, count(*) FILTER (WHERE state = 'failed') AS failed FROM queue.jobs GROUP BY kind, run_at::date
    WITH NO DATA;
