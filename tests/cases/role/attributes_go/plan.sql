-- breaks_code: `case_made` is no longer SUPERUSER
-- breaks_code: `case_made` is no longer BYPASSRLS
-- breaks_code: `case_made` is no longer CREATEROLE
-- breaks_code: `case_made` is no longer REPLICATION
-- breaks_code: `case_made` is no longer LOGIN
-- breaks_code: `case_made` is no longer INHERIT
ALTER ROLE case_made NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION NOLOGIN NOINHERIT;

-- breaks_code: `case_made` loses the rights of `case_group`
REVOKE case_group FROM case_made;

-- breaks_code: `case_made` loses the rights of `case_other`
REVOKE case_other FROM case_made;

COMMENT ON ROLE case_made IS 'x';
