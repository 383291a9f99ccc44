//! Rows that are copied between tables, or within one, that tenants share.

/// Rows that become another tenant's.
pub const ATTACKS: &[&str] = &[
    "UPDATE notes SET tenant = 1 WHERE id = 2",
    "INSERT INTO notes SELECT id + 100, 1, body FROM notes WHERE tenant = 2",
    "INSERT INTO notes (id, tenant, body) SELECT id + 100, 3 - tenant, body FROM notes",
    "UPDATE notes n SET body = o.body FROM notes o WHERE n.tenant = 1 AND o.tenant = 2",
    "UPDATE notes SET body = (SELECT body FROM notes o WHERE o.tenant = 2 LIMIT 1) WHERE tenant = 1",
    "INSERT INTO deals SELECT id + 100, 1, body FROM notes",
    "INSERT INTO deals (id, body) SELECT id + 100, body FROM notes",
    "INSERT INTO notes SELECT n.id * 100 + m.id, n.tenant, m.body FROM notes n, notes m",
    "WITH c AS (SELECT id, 1 AS tenant, body FROM notes) INSERT INTO deals SELECT id + 100, tenant, body FROM c",
    "INSERT INTO deals SELECT 100, 1, string_agg(body, ',') FROM notes",
    "INSERT INTO deals VALUES (100, 1, (SELECT string_agg(body, ',') FROM notes))",
    "MERGE INTO deals d USING notes n ON d.id = n.id + 5 WHEN NOT MATCHED THEN INSERT VALUES (n.id + 5, 1, n.body)",
    "CREATE TEMP TABLE t AS SELECT id, 1 AS tenant, body FROM notes; INSERT INTO deals SELECT id + 100, tenant, body FROM t",
    "CREATE TEMP TABLE t (LIKE notes); INSERT INTO t SELECT id, 1, body FROM notes; \
     INSERT INTO deals SELECT id + 100, tenant, body FROM t",
    "CREATE TEMP TABLE t AS TABLE notes; UPDATE t SET tenant = 1; INSERT INTO deals SELECT id + 100, tenant, body FROM t",
    "WITH t (id, tenant, body) AS (SELECT id, 1, body FROM notes) INSERT INTO deals SELECT id + 100, tenant, body FROM t",
    "INSERT INTO deals SELECT x.id + 100, x.tenant, x.body FROM (SELECT id, 1 tenant, body FROM notes) AS x",
    "DO $$ DECLARE n record; BEGIN FOR n IN SELECT * FROM notes LOOP INSERT INTO deals VALUES (n.id + 100, 1, n.body); \
     END LOOP; END $$",
    "UPDATE deals d SET body = n.body FROM notes n WHERE n.id = d.id OR true",
    "INSERT INTO deals (id, tenant, body) SELECT n.id + 100, t.id, n.body FROM notes n, tenants t",
];

/// What carries over whose they are.
pub const HARMLESS: &[&str] = &[
    "INSERT INTO notes SELECT id + 100, tenant, body FROM notes",
    "INSERT INTO deals (id, tenant, body) SELECT n.id + 100, n.tenant, n.body FROM notes AS n",
    "INSERT INTO deals SELECT * FROM notes WHERE id > 100",
    "UPDATE deals d SET body = n.body FROM notes n WHERE n.id = d.id AND n.id = 77",
    "UPDATE deals SET body = (SELECT n.body FROM notes n WHERE n.id = deals.id) WHERE id = 77",
    "INSERT INTO deals (id, tenant, body) SELECT t.id + 100, t.id, 'first' FROM tenants t",
    "INSERT INTO notes VALUES (100, 1, 'new')",
    "INSERT INTO notes (id, tenant, body) SELECT t.id + 500, t.id, 'first' FROM tenants t \
     WHERE NOT EXISTS (SELECT FROM notes n WHERE n.tenant = t.id AND n.id > 400)",
    "UPDATE deals SET body = (SELECT count(*)::text FROM notes n WHERE n.tenant = deals.tenant) WHERE id = 77",
    "CREATE TEMP TABLE t AS SELECT id, tenant, body FROM notes; INSERT INTO deals SELECT id + 100, tenant, body FROM t",
    "CREATE TEMP TABLE t (LIKE notes); INSERT INTO t TABLE notes; INSERT INTO deals (id, tenant) SELECT id + 100, tenant FROM t",
    "DO $$ DECLARE n record; BEGIN FOR n IN SELECT * FROM notes LOOP INSERT INTO deals VALUES (n.id + 100, n.tenant, n.body); \
     END LOOP; END $$",
    "MERGE INTO deals d USING notes n ON d.id = n.id AND d.tenant = n.tenant \
     WHEN NOT MATCHED THEN INSERT (id, tenant) VALUES (n.id + 100, n.tenant)",
];
