-- weakens_access: `case_app` gets all on `billing`
GRANT ALL ON SCHEMA billing TO case_app;

-- weakens_access: `case_boss` gets all on `billing`
GRANT ALL ON SCHEMA billing TO case_boss;

-- weakens_access: `case_boss` gets create on `public`
GRANT CREATE ON SCHEMA public TO case_boss;

-- breaks_code: everybody loses usage on `public`
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
