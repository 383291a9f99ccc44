//! The words of a foreign key.

use serde::{Deserialize, Serialize};

/// What happens to a row when the one it refers to goes or changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// An error, at the end of the statement or transaction.
    #[default]
    NoAction,
    /// An error at once.
    Restrict,
    /// The same happens to it.
    Cascade,
    /// Its columns become NULL.
    SetNull,
    /// Its columns get their defaults.
    SetDefault,
}

impl Action {
    /// Its SQL.
    pub fn sql(self) -> &'static str {
        match self {
            Self::NoAction => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
        }
    }
}

/// How a key of several columns with NULLs is matched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// One NULL frees the row.
    #[default]
    Simple,
    /// All or none are NULL.
    Full,
}
