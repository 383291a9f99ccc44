//! Policies, row security, grants, and what objects are born with.

use super::{COMMENT, EXTRA, MISSING, OneChange, of};

/// The policy, made anew.
macro_rules! policy {
    ($rest:literal) => {
        concat!(
            "DROP POLICY things_own ON things; CREATE POLICY things_own ON things ",
            $rest,
            "; COMMENT ON POLICY things_own ON things IS 'Only large ones'"
        )
    };
}

pub const POLICIES: &[OneChange] = &[
    of("Policy", "permissive", policy!("FOR UPDATE TO pg_monitor USING (size > 1) WITH CHECK (size > 2)")),
    of("Policy", "for", policy!("AS RESTRICTIVE FOR ALL TO pg_monitor USING (size > 1) WITH CHECK (size > 2)")),
    of("Policy", "to", "ALTER POLICY things_own ON things TO PUBLIC"),
    of("Policy", "using", "ALTER POLICY things_own ON things USING (true)"),
    of("Policy", "check", "ALTER POLICY things_own ON things WITH CHECK (true)"),
    of("Policy", COMMENT, "COMMENT ON POLICY things_own ON things IS NULL"),
    of("Policy", EXTRA, "CREATE POLICY stray ON things"),
    of("Policy", MISSING, "DROP POLICY things_own ON things"),
    of("RowSecurity", "enabled", "ALTER TABLE things DISABLE ROW LEVEL SECURITY"),
    of("RowSecurity", "forced", "ALTER TABLE things NO FORCE ROW LEVEL SECURITY"),
    of("RowSecurity", EXTRA, "ALTER TABLE counted ENABLE ROW LEVEL SECURITY"),
    of("RowSecurity", MISSING, "ALTER TABLE things DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY"),
];

pub const GRANTS: &[OneChange] = &[
    of("Grant", "privileges", "GRANT INSERT ON handed TO props_app"),
    of("Grant", "with_grant_option", "GRANT SELECT ON handed TO props_app WITH GRANT OPTION"),
    of("Grant", "revoked", "REVOKE TRUNCATE ON handed FROM CURRENT_USER"),
    of("Grant", "columns.*.privileges", "GRANT INSERT (code) ON handed TO props_app"),
    of("Grant", "columns.*.with_grant_option", "GRANT UPDATE (code) ON handed TO props_app WITH GRANT OPTION"),
    of("Grant", "written", "REVOKE EXECUTE ON FUNCTION listed() FROM CURRENT_USER"),
    of("Grant", EXTRA, "GRANT USAGE ON SEQUENCE numbers TO props_other"),
    of("Grant", MISSING, "REVOKE ALL ON handed FROM props_app"),
    of(
        "DefaultPrivilege",
        "privileges",
        "ALTER DEFAULT PRIVILEGES FOR ROLE props_other GRANT INSERT ON TABLES TO props_app",
    ),
    of(
        "DefaultPrivilege",
        "with_grant_option",
        "ALTER DEFAULT PRIVILEGES FOR ROLE props_other GRANT SELECT ON TABLES TO props_app WITH GRANT OPTION",
    ),
    of(
        "DefaultPrivilege",
        "revoked",
        "ALTER DEFAULT PRIVILEGES FOR ROLE props_other REVOKE TRUNCATE ON TABLES FROM props_other",
    ),
    of(
        "DefaultPrivilege",
        "columns.*.privileges",
        "ALTER DEFAULT PRIVILEGES FOR ROLE props_other GRANT SELECT (id) ON TABLES TO props_app",
    )
    .impossible(),
    of(
        "DefaultPrivilege",
        "columns.*.with_grant_option",
        "ALTER DEFAULT PRIVILEGES FOR ROLE props_other GRANT SELECT (id) ON TABLES TO props_app WITH GRANT OPTION",
    )
    .impossible(),
    // The server keeps no entry that says nothing new.
    of("DefaultPrivilege", "written", "ALTER DEFAULT PRIVILEGES FOR ROLE props_free GRANT ALL ON TABLES TO props_free")
        .not_ours(),
    of("DefaultPrivilege", EXTRA, "ALTER DEFAULT PRIVILEGES IN SCHEMA side GRANT SELECT ON TABLES TO props_app"),
    of(
        "DefaultPrivilege",
        MISSING,
        "ALTER DEFAULT PRIVILEGES FOR ROLE props_other REVOKE ALL ON TABLES FROM props_app",
    ),
];
