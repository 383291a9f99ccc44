//! How each property is changed on the server, by somebody who does not ask dbtool.

mod access;
mod constraints;
mod indexes;
mod routines;
mod shared;
mod tables;
mod triggers;
mod types;

/// One that is declared goes away.
pub const MISSING: &str = "(missing)";
/// One that is not declared comes.
pub const EXTRA: &str = "(extra)";
/// Its comment changes.
pub const COMMENT: &str = "(comment)";

/// A statement, and the property that changes with it.
pub struct OneChange {
    /// The kind, as its struct is called.
    pub kind: &'static str,
    /// The field, with those that lead to it; `*` is each member of a map.
    pub path: &'static str,
    /// What somebody does.
    pub sql: &'static str,
    /// The major version that knows it first.
    pub since: u32,
    /// What dbtool does about it, beside telling.
    pub outcome: Outcome,
}

/// What comes of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// dbtool's own plan brings it back.
    Repaired,
    /// The plan cannot be tried here; the next change gets a new database.
    Left,
    /// Nothing is told, on purpose: it is not dbtool's.
    NotOurs,
    /// The server itself refuses it: there is no such thing.
    Impossible,
}

const fn of(kind: &'static str, path: &'static str, sql: &'static str) -> OneChange {
    OneChange { kind, path, sql, since: 0, outcome: Outcome::Repaired }
}

impl OneChange {
    /// Only servers from this version on know it.
    const fn since(mut self, major: u32) -> Self {
        self.since = major;
        self
    }

    const fn left(mut self) -> Self {
        self.outcome = Outcome::Left;
        self
    }

    const fn not_ours(mut self) -> Self {
        self.outcome = Outcome::NotOurs;
        self
    }

    const fn impossible(mut self) -> Self {
        self.outcome = Outcome::Impossible;
        self
    }
}

/// Every change, by the subject.
pub const CHANGES: &[&[OneChange]] = &[
    shared::SHARED,
    shared::ROLES,
    types::TYPES,
    types::RANGES,
    types::SEQUENCES,
    routines::FUNCTIONS,
    routines::AGGREGATES,
    tables::TABLES,
    tables::CHILDREN,
    tables::COLUMNS,
    constraints::KEYS,
    constraints::REFERENCES,
    indexes::INDEXES,
    indexes::VIEWS,
    triggers::TRIGGERS,
    access::POLICIES,
    access::GRANTS,
];

/// What is declared and stands in the catalog as a part of something else, with where.
pub const NOT_ON_THE_SERVER: &[(&str, &str, &str)] = &[("View", "columns", "the server writes them into the query")];
