//! Files that are tried out beside a live database: what they would change for all databases of its server does not stay.

/// What the transaction of such a file ends with. Who changes roles, memberships or settings keeps a lock on their catalog
/// until the transaction is through, whatever code did it: that is looked for, and nobody else's changes are mistaken for
/// it. Deferred triggers have their turn before.
pub(super) const STAYS_INSIDE: &str = "\
    SET CONSTRAINTS ALL IMMEDIATE; \
    DO $inside$ DECLARE shared pg_catalog.text; BEGIN \
      SELECT c.relname INTO shared FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) l.relation \
      WHERE l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid() AND l.granted \
        AND l.locktype OPERATOR(pg_catalog.=) 'relation' AND l.database OPERATOR(pg_catalog.=) 0 \
        AND NOT l.mode OPERATOR(pg_catalog.=) ANY (ARRAY['AccessShareLock', 'RowShareLock']) \
        AND c.relname OPERATOR(pg_catalog.=) ANY (ARRAY['pg_authid', 'pg_auth_members', 'pg_db_role_setting', 'pg_database', \
          'pg_tablespace', 'pg_parameter_acl', 'pg_subscription', 'pg_shdescription', 'pg_shseclabel', \
          'pg_replication_origin']::pg_catalog.name[]) LIMIT 1; \
      IF shared IS NOT NULL THEN RAISE EXCEPTION USING \
        MESSAGE = pg_catalog.concat('it changes what all databases of the server share (', shared, '), which would stay'), \
        HINT = 'it was rolled back; `--scratch-url` names another server to try it out on'; END IF; \
    END $inside$;";
