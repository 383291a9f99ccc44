//! What can go wrong when a statement runs, as data: a name, the effect, the safer way, a bad and a good example.
//!
//! A hazard is attached where the statement is written; nobody reads it out of SQL text, unless somebody wrote that by
//! hand ([`written`]). With it comes what can be asked of the rows ([`Question`]). Pure: [`crate::compare::weigh`] asks.

mod document;
mod example;
mod head;
mod policy;
mod question;
mod rules;
mod size;
mod written;

use serde::{Serialize, Serializer};

pub use document::table as documented;
pub use example::Example;
pub use head::{HAZARDS, Head, LOST, WHERE_ROWS, WRITTEN, comments};
pub use policy::{Policies, Policy, Stance, named};
pub use question::{Key, Question, Source};
pub use rules::{
    ALL, BLOCKS_READS, BLOCKS_WRITES, BREAKS_CODE, BREAKS_UNMANAGED, BUILDS_INDEX, CANNOT_UNDO, DELETES_DATA, MAY_FAIL,
    REWRITES_TABLE, WEAKENS_ACCESS,
};
pub(crate) use size::duration;
pub use size::{Build, Size};
pub use written::{
    About, Ahead, Asks, Begin, Body, Calls, Crossing, Filled, Moved, Scripts, Sets, Spared, Which, Whither, Written,
    in_body, in_script, replaces,
};

use crate::schema::Id;

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
    pub bad: Example,
    /// A change to the same end that has it not.
    pub good: Example,
    /// Whether a plan with it is written only when it is allowed by name. Of a kind that is not, single hazards may be.
    pub refused: bool,
    /// The lesser danger that it brings along.
    pub includes: Option<&'static Rule>,
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
    /// What it means for this statement, in a few words, whatever database it runs on.
    pub detail: String,
    /// Whether a plan with it is written only when it is allowed by name, whatever its kind.
    #[serde(skip)]
    pub grave: bool,
    /// The table whose rows make it one: where it holds none, there is no danger.
    #[serde(skip)]
    pub table: Option<Id>,
    /// What its rows can be asked.
    #[serde(skip)]
    pub question: Option<Question>,
    /// How the index that is built costs.
    #[serde(skip)]
    pub build: Option<Build>,
    /// What the database said.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub found: Option<Found>,
}

/// What a database said of a hazard.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Found {
    /// How many rows the table holds, about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table_rows: Option<u64>,
    /// How large it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table_bytes: Option<u64>,
    /// How long the statement takes, about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// How many rows, or values, stand in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// The key of one of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// All of that in a few words.
    pub said: String,
}

/// A hazard that is none in the database at hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Absent {
    /// What it would be elsewhere.
    #[serde(flatten)]
    pub hazard: Hazard,
    /// Why it is none here.
    pub because: String,
    /// What its table is called today.
    #[serde(skip)]
    pub table: Id,
}

impl Rule {
    /// The hazard of one statement, with what it means there.
    pub fn because(&'static self, detail: impl Into<String>) -> Hazard {
        let grave = self.refused;
        Hazard { rule: self, detail: detail.into(), grave, table: None, question: None, build: None, found: None }
    }

    /// The rule of that name.
    pub fn named(name: &str) -> Option<&'static Rule> {
        ALL.iter().copied().find(|rule| rule.name == name)
    }

    /// Says whether it brings another danger along, itself or by what it brings along.
    pub fn brings(&self, other: &Rule) -> bool {
        self.includes.is_some_and(|lesser| lesser == other || lesser.brings(other))
    }
}

impl Hazard {
    /// The same, not to be had unless it is allowed by name.
    #[must_use]
    pub fn gravely(self) -> Self {
        Self { grave: true, ..self }
    }

    /// The same as one of the rows of a table: without rows it is none.
    #[must_use]
    pub fn of_rows(self, table: Option<Id>) -> Self {
        Self { table, ..self }
    }

    /// The same, with what the rows of its table can be asked about it.
    #[must_use]
    pub fn asking(self, question: Question) -> Self {
        Self { question: Some(question), ..self }
    }

    /// The same, with what is built.
    #[must_use]
    pub fn building(self, build: Build) -> Self {
        Self { build: Some(build), ..self }
    }

    /// What it means here, with what the database said.
    pub fn told(&self) -> String {
        match &self.found {
            Some(found) if found.count.is_some() => found.said.clone(),
            Some(found) => format!("{} ({})", self.detail, found.said),
            None => self.detail.clone(),
        }
    }
}

/// Hazards with the lesser ones that they bring along.
pub fn with_lesser(hazards: impl IntoIterator<Item = Hazard>) -> Vec<Hazard> {
    let mut all: Vec<Hazard> = Vec::new();
    for hazard in hazards {
        let mut next = Some(hazard);
        while let Some(hazard) = next {
            next = hazard.rule.includes.map(|rule| Hazard { rule, grave: rule.refused, ..hazard.clone() });
            if !all.iter().any(|one| one.rule == hazard.rule && one.detail == hazard.detail) {
                all.push(hazard);
            }
        }
    }
    all
}

/// Those of some hazards that no other of them brings along.
pub fn leading(hazards: &[Hazard]) -> impl Iterator<Item = &Hazard> {
    let brought = |it: &Hazard| hazards.iter().any(|one| one.rule.brings(it.rule) && one.detail == it.detail);
    hazards.iter().filter(move |hazard| !brought(hazard))
}

/// The names of all hazards, for a hint.
pub fn known() -> String {
    let names: Vec<&str> = ALL.iter().map(|rule| rule.name).collect();
    format!("the hazards are: {}", names.join(", "))
}

/// What to say to a name that no hazard has.
pub fn unknown(name: &str) -> anyhow::Error {
    let names = ALL.iter().map(|rule| rule.name).chain(["all"]);
    let hint = match crate::project::nearest(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => known(),
    };
    crate::error::failure(format!("there is no hazard `{name}`"), hint)
}
