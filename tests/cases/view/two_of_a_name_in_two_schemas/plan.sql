-- file 1 of 3: one transaction

-- breaks_code: `v` is missing until a later file brings it back
DROP VIEW second.v;

-- breaks_code: `v` is missing until a later file brings it back
DROP VIEW first.v;

-- rewrites_table: `t.id`: integer becomes bigint
ALTER TABLE second.t ALTER COLUMN id TYPE bigint;

-- file 2 of 3: no transaction

-- builds_index: `t_v` on `t`
CREATE INDEX CONCURRENTLY IF NOT EXISTS t_v__new ON first.t (v, id);

DROP INDEX CONCURRENTLY IF EXISTS first.t_v;
ALTER INDEX IF EXISTS first.t_v__new RENAME TO t_v;

-- file 3 of 3: one transaction

CREATE VIEW first.v AS
SELECT id, v FROM second.t;

CREATE VIEW second.v AS
SELECT id, v FROM first.v;
