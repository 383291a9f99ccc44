//! What can go wrong when a statement runs, as data: a name, the effect, the safer way, a bad and a good example.
//!
//! A hazard is attached where the statement is written; nobody reads it out of SQL text. Pure.

use serde::{Serialize, Serializer};

/// A kind of danger.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// What `--allow` and `dbtool.toml` call it.
    pub name: &'static str,
    /// What happens.
    pub effect: &'static str,
    /// What to do instead.
    pub instead: &'static str,
    /// A change that has the hazard.
    pub bad: &'static str,
    /// A change to the same end that has it not.
    pub good: &'static str,
    /// Whether a plan with it is written only when it is allowed by name.
    pub refused: bool,
}

impl Serialize for &'static Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

/// A danger of one statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hazard {
    /// Which kind of danger.
    #[serde(rename = "hazard")]
    pub rule: &'static Rule,
    /// What it means for this statement, in a few words.
    pub detail: String,
}

impl Rule {
    /// The hazard of one statement, with what it means there.
    pub fn because(&'static self, detail: impl Into<String>) -> Hazard {
        Hazard { rule: self, detail: detail.into() }
    }

    /// The rule of that name.
    pub fn named(name: &str) -> Option<&'static Rule> {
        ALL.iter().copied().find(|rule| rule.name == name)
    }
}

/// Rows or values are lost.
pub static DELETES_DATA: Rule = Rule {
    name: "deletes_data",
    effect: "rows or values are gone for good",
    instead: "stop using it first, keep it for a release, take a backup, then drop it",
    bad: "dropping a column that still holds values",
    good: "a release that no longer reads the column, and the drop in the next one",
    refused: true,
};

/// Somebody may see or change rows that they could not before.
pub static WEAKENS_ACCESS: Rule = Rule {
    name: "weakens_access",
    effect: "somebody may read or change rows that they could not before",
    instead: "narrow the policy, or let somebody review who gains what",
    bad: "a permissive policy with `using = \"true\"` on a table that is already in use",
    good: "a policy that names the tenant",
    refused: true,
};

/// Every row is written again under a lock that stops readers and writers.
pub static REWRITES_TABLE: Rule = Rule {
    name: "rewrites_table",
    effect: "every row is written again while nobody can read or write the table",
    instead: "add a new column, fill it in batches, then switch over",
    bad: "changing a column from integer to bigint",
    good: "a new bigint column, filled in batches",
    refused: true,
};

/// Writers wait while the statement reads the whole table.
pub static BLOCKS_WRITES: Rule = Rule {
    name: "blocks_writes",
    effect: "writers wait while the whole table is read",
    instead: "do it in two steps: NOT VALID first, validated later; or build the index concurrently first",
    bad: "adding a foreign key to a large table",
    good: "adding it NOT VALID and validating it in a later transaction",
    refused: false,
};

/// Rows that are there already may not satisfy it.
pub static MAY_FAIL: Rule = Rule {
    name: "may_fail",
    effect: "the statement fails if rows that are there already do not satisfy it; nothing is changed then",
    instead: "look for such rows first and repair them",
    bad: "NOT NULL on a column that holds NULLs",
    good: "filling the column first",
    refused: false,
};

/// An index is built, which takes time and input/output.
pub static BUILDS_INDEX: Rule = Rule {
    name: "builds_index",
    effect: "an index is built: time, disk and memory in proportion to the table",
    instead: "run it in a quiet hour; raise maintenance_work_mem for vector indexes",
    bad: "CREATE INDEX inside a transaction on a table in use",
    good: "CREATE INDEX CONCURRENTLY in a no-transaction migration",
    refused: false,
};

/// Code that runs today may fail afterwards.
pub static BREAKS_CODE: Rule = Rule {
    name: "breaks_code",
    effect: "code that uses it as it is now fails afterwards",
    instead: "deploy code that copes with both first",
    bad: "renaming a column that a running release reads",
    good: "a new column beside the old one for the length of a release",
    refused: false,
};

/// What is gone does not come back with the way back.
pub static CANNOT_UNDO: Rule = Rule {
    name: "cannot_undo",
    effect: "the way back makes the objects again, and not what was in them",
    instead: "restore the data from a backup, or keep the objects until nobody wants to go back",
    bad: "rolling back the drop of a column that held values",
    good: "rolling back a rename",
    refused: true,
};

/// Something that dbtool leaves alone leans on what a statement takes away.
pub static BREAKS_UNMANAGED: Rule = Rule {
    name: "breaks_unmanaged",
    effect: "something that dbtool does not manage stands on it: it goes along, or the server refuses the statement",
    instead: "change or drop it by hand first, as dbtool never does",
    bad: "dropping a column that a statistics object or an ignored view is about",
    good: "dropping the statistics object by hand, then the column",
    refused: true,
};

/// How a migration file's head names its hazards, for `rollback` to read.
pub const HAZARDS: &str = "-- hazards: ";

/// How a way back's head says what it does not bring back.
pub const LOST: &str = "-- does not bring back ";

/// Every hazard there is.
pub static ALL: &[&Rule] = &[
    &DELETES_DATA,
    &WEAKENS_ACCESS,
    &REWRITES_TABLE,
    &BLOCKS_WRITES,
    &MAY_FAIL,
    &BUILDS_INDEX,
    &BREAKS_CODE,
    &CANNOT_UNDO,
    &BREAKS_UNMANAGED,
];

/// The names of all hazards, for a hint.
pub fn known() -> String {
    let names: Vec<&str> = ALL.iter().map(|rule| rule.name).collect();
    format!("the hazards are: {}", names.join(", "))
}
