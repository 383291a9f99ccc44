-- weakens_access: `case_made` may do everything, whatever policies say
-- weakens_access: `case_made` is not bound by any policy
-- weakens_access: `case_made` may make roles and let others in
-- weakens_access: `case_made` may copy the whole server
-- breaks_code: `case_made` is no longer CREATEDB
-- breaks_code: `case_made` is no longer LOGIN
-- breaks_code: `case_made` is no longer INHERIT
ALTER ROLE case_made SUPERUSER BYPASSRLS CREATEROLE REPLICATION NOCREATEDB NOLOGIN NOINHERIT CONNECTION LIMIT -1 VALID UNTIL '2031-01-01 12:00:00+00';

-- breaks_code: `case_made` loses the rights of `case_group`
REVOKE case_group FROM case_made;

-- weakens_access: `case_made` gets the rights of `case_other`
GRANT case_other TO case_made WITH ADMIN TRUE;

ALTER ROLE case_made RESET app.tenant;
ALTER ROLE case_made SET statement_timeout TO '4s';
ALTER ROLE case_made SET search_path TO a, "B c";
COMMENT ON ROLE case_made IS NULL;
