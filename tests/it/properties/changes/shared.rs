//! What no table holds: schemas, extensions, roles.

use super::{COMMENT, EXTRA, MISSING, OneChange, of};

pub const SHARED: &[OneChange] = &[
    of("Namespace", COMMENT, "COMMENT ON SCHEMA side IS 'Another'"),
    of("Namespace", EXTRA, "CREATE SCHEMA stray"),
    of("Namespace", "owner", "ALTER SCHEMA side OWNER TO props_other"),
    of("Namespace", MISSING, "DROP SCHEMA side CASCADE").left(),
    of("Extension", "version", "UPDATE pg_extension SET extversion = '0.1' WHERE extname = 'vector'").left(),
    of("Extension", "schema", "ALTER EXTENSION pg_trgm SET SCHEMA side").since(18),
    of("Extension", EXTRA, "CREATE EXTENSION hstore").since(18),
    of("Extension", MISSING, "ALTER TABLE things DROP COLUMN spot; DROP EXTENSION vector"),
];

pub const ROLES: &[OneChange] = &[
    of("Role", "login", "ALTER ROLE props_app LOGIN"),
    of("Role", "inherit", "ALTER ROLE props_app NOINHERIT"),
    of("Role", "superuser", "ALTER ROLE props_app SUPERUSER"),
    of("Role", "createdb", "ALTER ROLE props_app CREATEDB"),
    of("Role", "createrole", "ALTER ROLE props_app CREATEROLE"),
    of("Role", "replication", "ALTER ROLE props_app REPLICATION"),
    of("Role", "bypassrls", "ALTER ROLE props_app BYPASSRLS"),
    of("Role", "connection_limit", "ALTER ROLE props_app CONNECTION LIMIT 5"),
    of("Role", "valid_until", "ALTER ROLE props_app VALID UNTIL '2031-01-01'"),
    of("Role", "member_of.*.admin", "GRANT props_group TO props_app WITH ADMIN OPTION"),
    of("Role", "member_of.*.inherit", "GRANT props_group TO props_app WITH INHERIT FALSE"),
    of("Role", "member_of.*.set", "GRANT props_group TO props_app WITH SET FALSE"),
    of("Role", "set", "ALTER ROLE props_app SET statement_timeout = '4s'"),
    of("Role", COMMENT, "COMMENT ON ROLE props_app IS 'Another'"),
    of("Role", EXTRA, "CREATE ROLE props_stray").not_ours(),
    of("Role", MISSING, "DROP ROLE props_free"),
];
