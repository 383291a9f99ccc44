//! The list of hazards.

use super::{Example, Rule};

/// A table that the examples begin with.
const USERS: &str =
    "[table.users]\nprimary_key = ['id']\ncolumn.id = 'integer'\ncolumn.email = 'text'\ncolumn.age = 'integer'\n";

/// Rows of it.
const ROWS: &str = "INSERT INTO users SELECT n, 'user' || n, n FROM generate_series(1, 100) AS n";

/// The same with an index on the mail.
const INDEXED: &str = "[table.users]\nprimary_key = ['id']\ncolumn.id = 'integer'\ncolumn.email = 'text'\n\
                       column.age = 'integer'\nindex.users_email_idx = { on = ['email'] }\n";

/// The same with a mail for everybody.
const FILLED: &str = "[table.users]\nprimary_key = ['id']\ncolumn.id = 'integer'\n\
                      column.email = { type = 'text', not_null = true }\ncolumn.age = 'integer'\n";

/// The same without the age.
const AGELESS: &str = "[table.users]\nprimary_key = ['id']\ncolumn.id = 'integer'\ncolumn.email = 'text'\n";

/// Tenants' rows, behind a policy.
const CLOSED: &str = "[table.users]\nprimary_key = ['id']\nrow_security = 'force'\ncolumn.id = 'integer'\n\
                      policy.own = { using = \"id::text = current_setting('app.user', true)\" }\n";

const fn online(what: &'static str, from: &'static str, beside: &'static str, to: &'static str) -> Example {
    Example { what, from, beside, to, offline: false }
}

const fn offline(what: &'static str, from: &'static str, beside: &'static str, to: &'static str) -> Example {
    Example { what, from, beside, to, offline: true }
}

/// Rows or values are lost.
pub static DELETES_DATA: Rule = Rule {
    name: "deletes_data",
    effect: "rows or values are gone for good",
    instead: "stop using it first, keep it for a release, take a backup, then drop it",
    bad: online("a column that holds values is dropped", USERS, ROWS, AGELESS),
    good: online("a column is dropped that holds none, as the table is empty", USERS, "", AGELESS),
    refused: true,
    includes: None,
};

/// Somebody may see or change rows that they could not before.
pub static WEAKENS_ACCESS: Rule = Rule {
    name: "weakens_access",
    effect: "somebody may read or change rows that they could not before",
    instead: "narrow the policy, or let somebody review who gains what",
    bad: online(
        "a permissive policy is added to a table with row security",
        CLOSED,
        "",
        "[table.users]\nprimary_key = ['id']\nrow_security = 'force'\ncolumn.id = 'integer'\n\
         policy.own = { using = \"id::text = current_setting('app.user', true)\" }\npolicy.all = { using = 'true' }\n",
    ),
    good: online(
        "a restrictive policy is added",
        CLOSED,
        "",
        "[table.users]\nprimary_key = ['id']\nrow_security = 'force'\ncolumn.id = 'integer'\n\
         policy.own = { using = \"id::text = current_setting('app.user', true)\" }\n\
         policy.some = { as = 'restrictive', using = 'id > 0' }\n",
    ),
    refused: true,
    includes: None,
};

/// Every row is written again under a lock that stops readers and writers.
pub static REWRITES_TABLE: Rule = Rule {
    name: "rewrites_table",
    effect: "every row is written again while nobody can read or write the table",
    instead: "add a new column, fill it in batches, then switch over",
    bad: offline(
        "a column changes from integer to bigint with --offline",
        USERS,
        ROWS,
        "[table.users]\nprimary_key = ['id']\ncolumn.id = 'integer'\ncolumn.email = 'text'\ncolumn.age = 'bigint'\n",
    ),
    good: online(
        "a bigint column is added beside it",
        USERS,
        ROWS,
        "[table.users]\nprimary_key = ['id']\ncolumn.id = 'integer'\ncolumn.email = 'text'\ncolumn.age = 'integer'\n\
         column.age_wide = 'bigint'\n",
    ),
    refused: true,
    includes: Some(&BLOCKS_READS),
};

/// Readers and writers wait while the statement reads the whole table, or builds an index.
pub static BLOCKS_READS: Rule = Rule {
    name: "blocks_reads",
    effect: "readers and writers wait while the whole table is read or an index is built (ACCESS EXCLUSIVE)",
    instead: "in two steps, as it is planned without --offline: a check NOT VALID is validated first, an index is built concurrently first",
    bad: offline("SET NOT NULL with --offline", USERS, ROWS, FILLED),
    good: online("the same change as it is planned otherwise", USERS, ROWS, FILLED),
    refused: false,
    includes: Some(&BLOCKS_WRITES),
};

/// Writers wait while the statement reads the whole table.
pub static BLOCKS_WRITES: Rule = Rule {
    name: "blocks_writes",
    effect: "writers wait while the whole table is read",
    instead: "do it in two steps: NOT VALID first, validated later; or build the index concurrently first",
    bad: offline("an index is built with --offline", USERS, ROWS, INDEXED),
    good: online("an index is built as it is planned otherwise, CONCURRENTLY", USERS, ROWS, INDEXED),
    refused: false,
    includes: None,
};

/// Rows that are there already may not satisfy it.
pub static MAY_FAIL: Rule = Rule {
    name: "may_fail",
    effect: "the statement fails if rows that are there already do not satisfy it; nothing is changed then",
    instead: "look for such rows first and repair them",
    bad: online(
        "NOT NULL on a column that holds NULLs",
        USERS,
        "INSERT INTO users VALUES (1, 'a', 1), (2, NULL, 2), (3, NULL, 3)",
        FILLED,
    ),
    good: online("NOT NULL on a column that was filled before", USERS, ROWS, FILLED),
    refused: false,
    includes: None,
};

/// An index is built, which takes time and input/output.
pub static BUILDS_INDEX: Rule = Rule {
    name: "builds_index",
    effect: "an index is built: time, disk and memory in proportion to the table",
    instead: "run it in a quiet hour; raise maintenance_work_mem for vector indexes",
    bad: online("an index on a table that holds rows", USERS, ROWS, INDEXED),
    good: online("an index on a table that is empty", USERS, "", INDEXED),
    refused: false,
    includes: None,
};

/// Code that runs today may fail afterwards.
pub static BREAKS_CODE: Rule = Rule {
    name: "breaks_code",
    effect: "code that uses it as it is now fails afterwards",
    instead: "deploy code that copes with both first",
    bad: online(
        "a column that a running release reads gets another name",
        USERS,
        ROWS,
        "[table.users]\nprimary_key = ['id']\ncolumn.id = 'integer'\n\
         column.mail = { type = 'text', renamed_from = 'email' }\ncolumn.age = 'integer'\n",
    ),
    good: online(
        "a new column beside the old one, for the length of a release",
        USERS,
        ROWS,
        "[table.users]\nprimary_key = ['id']\ncolumn.id = 'integer'\ncolumn.email = 'text'\ncolumn.mail = 'text'\n\
         column.age = 'integer'\n",
    ),
    refused: false,
    includes: None,
};

/// What is gone does not come back with the way back.
pub static CANNOT_UNDO: Rule = Rule {
    name: "cannot_undo",
    effect: "the way back makes the objects again, and not what was in them",
    instead: "restore the data from a backup, or keep the objects until nobody wants to go back",
    bad: online("the way back from dropping a column", USERS, ROWS, AGELESS),
    good: online(
        "the way back from a rename",
        USERS,
        ROWS,
        "[table.users]\nprimary_key = ['id']\ncolumn.id = 'integer'\n\
         column.mail = { type = 'text', renamed_from = 'email' }\ncolumn.age = 'integer'\n",
    ),
    refused: true,
    includes: None,
};

/// Something that dbtool leaves alone leans on what a statement takes away.
pub static BREAKS_UNMANAGED: Rule = Rule {
    name: "breaks_unmanaged",
    effect: "something that dbtool does not manage stands on it: it goes along, or the server refuses the statement",
    instead: "change or drop it by hand first, as dbtool never does",
    bad: online(
        "a column is dropped that a statistics object is about",
        USERS,
        "CREATE STATISTICS users_stx ON email, age FROM users",
        AGELESS,
    ),
    good: online(
        "the statistics object is dropped by hand before",
        USERS,
        "CREATE STATISTICS users_stx ON email, age FROM users; DROP STATISTICS users_stx",
        AGELESS,
    ),
    refused: true,
    includes: None,
};

/// Every hazard there is.
pub static ALL: &[&Rule] = &[
    &DELETES_DATA,
    &WEAKENS_ACCESS,
    &REWRITES_TABLE,
    &BLOCKS_READS,
    &BLOCKS_WRITES,
    &MAY_FAIL,
    &BUILDS_INDEX,
    &BREAKS_CODE,
    &CANNOT_UNDO,
    &BREAKS_UNMANAGED,
];
