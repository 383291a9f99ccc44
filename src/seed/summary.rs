//! What a run did, for a person and for a program.

use std::time::Duration;

use serde::Serialize;

use super::Job;
use super::force::Standing;
use super::guard::{Role, list};
use super::transaction::Planted;
use crate::schema::Id;

/// What a run did, or would do.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Summary {
    /// Whether nothing was done.
    pub dry_run: bool,
    /// The environment, if it is known.
    pub environment: Option<String>,
    /// The role that seeded.
    pub role: String,
    /// How it gets past row security: `superuser`, `bypassrls`, `owner` or `tenant`.
    pub way: &'static str,
    /// Tables whose FORCE was lifted inside the transaction and restored.
    pub lifted: Vec<String>,
    /// Tables that were found open and closed.
    pub healed: Vec<String>,
    /// The rows of each table.
    pub tables: Vec<TableCounts>,
    /// The SQL files.
    pub scripts: Vec<ScriptRows>,
    /// What was drawn and can be shown only now.
    pub secrets: Vec<Secret>,
    /// How long other sessions could not use the lifted tables, in seconds.
    pub blocked_seconds: f64,
    /// How long it took, or would take, in seconds.
    pub seconds: f64,
    /// The check by another connection after it.
    pub after: Option<After>,
}

/// The rows of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TableCounts {
    /// The table.
    pub table: String,
    /// New rows.
    pub inserted: u64,
    /// Rows whose values changed.
    pub updated: u64,
    /// Rows that were there, as they are.
    pub unchanged: u64,
}

/// The rows of an SQL file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScriptRows {
    /// The file.
    pub file: String,
    /// How many rows it wrote.
    pub rows: u64,
}

/// A drawn value that nobody can look up later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Secret {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub value: String,
}

/// What another connection saw after the commit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct After {
    /// How many tables have row security as declared.
    pub as_declared: usize,
    /// Those that have less.
    pub open: Vec<String>,
}

impl Summary {
    pub(super) fn new(job: &Job<'_>, role: &Role, standing: &[Standing], healed: Vec<Id>) -> Self {
        let lifted = standing.iter().filter(|known| job.options.bypass && known.is_lifted());
        let lifted: Vec<String> = lifted.map(|known| shown(&known.table)).collect();
        let way = match role {
            Role { superuser: true, .. } => "superuser",
            Role { bypass: true, .. } => "bypassrls",
            _ if !job.options.bypass => "tenant",
            _ => "owner",
        };
        Self {
            dry_run: job.options.dry_run,
            environment: job.environment.map(str::to_owned),
            role: role.name.clone(),
            way,
            lifted,
            healed: healed.iter().map(shown).collect(),
            ..Self::default()
        }
    }

    pub(super) fn planted(&mut self, planted: Planted, took: Duration) {
        let Planted { counts, scripts, secrets, lifted, blocked } = planted;
        self.tables = counts
            .into_iter()
            .map(|(table, counts)| TableCounts {
                table: shown(&table),
                inserted: counts.inserted,
                updated: counts.updated,
                unchanged: counts.unchanged,
            })
            .collect();
        self.scripts = scripts.into_iter().map(|(file, rows)| ScriptRows { file, rows }).collect();
        self.secrets = secrets.into_iter().map(|(name, value)| Secret { name, value }).collect();
        self.lifted = lifted.iter().map(shown).collect();
        self.blocked_seconds = rounded(blocked);
        self.seconds = rounded(took);
    }

    /// How row security was got past, in a sentence.
    pub fn way_in_words(&self) -> String {
        let (role, verb) = (&self.role, if self.dry_run { "would be" } else { "was" });
        let lifted: Vec<&str> = self.lifted.iter().map(String::as_str).collect();
        match (self.way, lifted.as_slice()) {
            ("superuser", _) => format!("`{role}` is a superuser: nothing had to be lifted"),
            ("bypassrls", _) => format!("`{role}` has BYPASSRLS: nothing had to be lifted"),
            ("tenant", _) => format!("`{role}` wrote within each row's tenant: nothing was lifted"),
            (_, []) => format!("row security does not bind `{role}` here: nothing had to be lifted"),
            (_, some) => {
                format!("`{role}` owns the tables: FORCE {verb} lifted inside the transaction on {}", list(some))
            }
        }
    }

    /// Lines for a person: what was written, table by table.
    pub fn lines(&self) -> Vec<String> {
        let width = self.tables.iter().map(|counts| counts.table.len()).max().unwrap_or(0);
        let one = |counts: &TableCounts| {
            let mut parts = Vec::new();
            let said = [(counts.inserted, "inserted"), (counts.updated, "updated"), (counts.unchanged, "unchanged")];
            parts.extend(said.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")));
            format!("{:width$}  {}", counts.table, if parts.is_empty() { "no rows".into() } else { parts.join(", ") })
        };
        let script = |script: &ScriptRows| format!("{}  {} rows written", script.file, script.rows);
        self.tables.iter().map(one).chain(self.scripts.iter().map(script)).collect()
    }

    /// What was written, in a line.
    pub fn in_short(&self) -> String {
        let rows: u64 = self.tables.iter().map(|counts| counts.inserted + counts.updated).sum();
        let rows = rows + self.scripts.iter().map(|script| script.rows).sum::<u64>();
        format!("{rows} rows planted in {} s", self.seconds)
    }

    /// Whether nothing was written at all.
    pub fn is_unchanged(&self) -> bool {
        self.tables.iter().all(|counts| counts.inserted + counts.updated == 0)
            && self.scripts.iter().all(|script| script.rows == 0)
    }
}

/// A table as people call it.
pub(super) fn shown(table: &Id) -> String {
    if table.namespace == crate::schema::DEFAULT_NAMESPACE {
        table.name.clone()
    } else {
        format!("{}.{}", table.namespace, table.name)
    }
}

/// Seconds to the millisecond.
pub(super) fn rounded(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000.0).round() / 1_000.0
}
