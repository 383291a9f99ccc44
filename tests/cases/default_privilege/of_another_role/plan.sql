CREATE SCHEMA billing;

-- weakens_access: `case_app` gets select, insert, update, delete, truncate, references, trigger, maintain on new tables in `billing`
ALTER DEFAULT PRIVILEGES FOR ROLE case_boss IN SCHEMA billing GRANT ALL ON TABLES TO case_app;

ALTER DEFAULT PRIVILEGES FOR ROLE case_boss REVOKE EXECUTE ON FUNCTIONS FROM case_boss;
ALTER DEFAULT PRIVILEGES FOR ROLE case_boss REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
