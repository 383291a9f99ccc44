//! A statement with its hazards and the way in which it has to run.

use serde::Serialize;

use crate::diff::Change;
use crate::hazard::{Absent, Hazard, with_lesser};
use crate::schema::{Entry, Schema};

/// How a statement has to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Run {
    /// In a transaction that later statements must not share: its effect can be used only once it is committed.
    Early,
    /// In a transaction with the statements around it.
    Together,
    /// Outside any transaction.
    Alone,
}

/// Why the server cannot check the body of a function when it is made, if it cannot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unchecked {
    /// It names what the same plan makes after it.
    pub later: bool,
    /// It names what only the search path of whoever calls it leads to.
    pub elsewhere: bool,
}

impl Unchecked {
    /// Whether there is a reason.
    pub fn any(self) -> bool {
        self.later || self.elsewhere
    }
}

/// One statement. There is no way to make one without saying what is dangerous about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The statement, without a `;`.
    pub sql: String,
    /// What can go wrong.
    pub hazards: Vec<Hazard>,
    /// What could go wrong elsewhere, and cannot in the database at hand.
    #[serde(rename = "no_danger_here", skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<Absent>,
    /// How it has to run.
    pub run: Run,
    /// Of a function: why its body cannot be checked where the statement stands.
    #[serde(skip)]
    pub unchecked: Unchecked,
}

impl Step {
    /// A statement without danger.
    pub fn safe(sql: impl Into<String>) -> Self {
        Self::risky(sql, None)
    }

    /// A statement with its hazards, and the lesser ones that they bring along.
    pub fn risky(sql: impl Into<String>, hazards: impl IntoIterator<Item = Hazard>) -> Self {
        Self {
            sql: sql.into(),
            hazards: with_lesser(hazards),
            absent: Vec::new(),
            run: Run::Together,
            unchecked: Unchecked::default(),
        }
    }

    /// Whether it makes or replaces a function.
    pub(crate) fn makes_function(&self) -> bool {
        ["CREATE FUNCTION ", "CREATE PROCEDURE ", "CREATE OR REPLACE "].iter().any(|words| self.sql.starts_with(words))
    }

    /// The same with another hazard, if there is one.
    #[must_use]
    pub fn also(mut self, hazard: Option<Hazard>) -> Self {
        self.hazards = with_lesser(self.hazards.into_iter().chain(hazard));
        self
    }

    /// The same, outside any transaction.
    #[must_use]
    pub fn alone(self) -> Self {
        Self { run: Run::Alone, ..self }
    }

    /// The same, in a transaction that ends before later statements run.
    #[must_use]
    pub fn in_its_own_transaction(self) -> Self {
        Self { run: Run::Early, ..self }
    }
}

/// The ordered way from one schema to another.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Each change with the statements that realise it, in order.
    pub moves: Vec<Move>,
    /// Where it goes by way of a schema that has columns of both before and after.
    pub between: Option<Box<Between>>,
}

/// A schema that a plan goes by way of.
#[derive(Debug, Clone)]
pub struct Between {
    /// How many moves lead there.
    pub moves: usize,
    /// The schema.
    pub schema: Schema,
}

/// The statements of one change that stand together.
#[derive(Debug, Clone)]
pub struct Move {
    /// What changes.
    pub change: Change,
    /// The statements.
    pub steps: Vec<Step>,
    /// What the object is after them, where a later move makes it whole.
    pub interim: Option<Entry>,
}

/// An object that becomes whole in two goes, so that nobody has to wait while its rows are read or filled.
#[derive(Debug, Clone)]
pub struct Gradual<T> {
    /// What it is at first.
    pub first: T,
    /// The statements, each outside of a transaction, that make it whole.
    pub rest: Vec<Step>,
}

impl<T> Gradual<T> {
    /// The same with the object as another type has it.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Gradual<U> {
        Gradual { first: change(self.first), rest: self.rest }
    }
}

impl Plan {
    /// All statements, in order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.moves.iter().flat_map(|m| &m.steps)
    }

    /// Says whether nothing has to be done.
    pub fn is_empty(&self) -> bool {
        self.moves.is_empty()
    }
}
