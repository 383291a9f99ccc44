//! What goes wrong, as the user reads it: a chain of causes, a hint that says what to do next, and an exit code.
//!
//! Inside, errors are `anyhow`; this is the one closed type at the door. Nothing here prints: `main` asks for the
//! [`report`] and writes it.

use std::error::Error as StdError;
use std::fmt::{self, Write as _};

use tokio_postgres::error::{DbError, ErrorPosition};

/// The exit codes of every command; part of the contract with scripts and CI jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing differs.
    Done = 0,
    /// Something failed.
    Failed = 1,
    /// Differences or findings.
    Different = 2,
    /// Understood, and would not: a hazard not allowed, a guard, another runner.
    Refused = 3,
}

/// An error with a hint, and with the exit code it asks for.
///
/// An empty message means that only the hint is added to what `source` says.
#[derive(Debug)]
pub struct Explained {
    message: String,
    hint: Option<String>,
    exit: Exit,
    source: Option<anyhow::Error>,
}

impl Explained {
    /// What to do next, if it is known.
    pub fn hint_text(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// How dbtool exits for it.
    pub fn exit(&self) -> Exit {
        self.exit
    }
}

impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.source, self.message.is_empty()) {
            (Some(source), true) => source.fmt(f),
            _ => f.write_str(&self.message),
        }
    }
}

impl StdError for Explained {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source: &(dyn StdError + 'static) = self.source.as_ref()?.as_ref();
        Some(source)
    }
}

/// A failure with a hint: exit code 1.
pub fn failure(message: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
    Explained { message: message.into(), hint: Some(hint.into()), exit: Exit::Failed, source: None }.into()
}

/// A refusal: dbtool understood and would not. The hint names the way on. Exit code 3.
pub fn refusal(message: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
    Explained { message: message.into(), hint: Some(hint.into()), exit: Exit::Refused, source: None }.into()
}

/// Adds a hint to whatever went wrong.
pub trait Hint<T> {
    /// Adds what the user can do next.
    fn hint(self, hint: impl Into<String>) -> anyhow::Result<T>;
}

impl<T, E: Into<anyhow::Error>> Hint<T> for Result<T, E> {
    fn hint(self, hint: impl Into<String>) -> anyhow::Result<T> {
        self.map_err(|error| {
            let source: anyhow::Error = error.into();
            let exit = exit_code(&source);
            Explained { message: String::new(), hint: Some(hint.into()), exit, source: Some(source) }.into()
        })
    }
}

/// The exit code that an error asks for.
pub fn exit_code(error: &anyhow::Error) -> Exit {
    let explained = error.chain().filter_map(|cause| cause.downcast_ref::<Explained>());
    explained.map(|e| e.exit).find(|exit| *exit != Exit::Failed).unwrap_or(Exit::Failed)
}

/// The whole error as the user reads it: `error:`, then the causes, then the hints.
///
/// A message that already holds what its cause says is not followed by that cause again.
pub fn report(error: &anyhow::Error) -> String {
    let mut out = String::new();
    let mut hints = Vec::new();
    let mut said = String::new();
    for cause in error.chain() {
        if let Some(explained) = cause.downcast_ref::<Explained>() {
            hints.extend(explained.hint.clone());
            if explained.message.is_empty() {
                continue;
            }
        }
        let text = match cause.downcast_ref::<DbError>() {
            Some(server) => server_message(server),
            None => cause.to_string(),
        };
        // tokio-postgres says "db error" and leaves the server's message to the cause.
        if text.is_empty() || said.contains(&text) || text == "db error" {
            continue;
        }
        let label = if said.is_empty() { "error" } else { "caused by" };
        let _ = writeln!(out, "{label}: {text}");
        said.push_str(&text);
    }
    hints.dedup();
    for hint in hints {
        let _ = writeln!(out, "hint: {hint}");
    }
    out
}

/// PostgreSQL's own words for an error: message, SQLSTATE, DETAIL, HINT, position and context.
pub fn server_message(error: &DbError) -> String {
    let mut out = format!("{} (SQLSTATE {})", error.message(), error.code().code());
    if let Some(detail) = error.detail() {
        let _ = write!(out, "\n  detail: {detail}");
    }
    if let Some(hint) = error.hint() {
        let _ = write!(out, "\n  hint from the server: {hint}");
    }
    match error.position() {
        Some(ErrorPosition::Original(at)) => {
            let _ = write!(out, "\n  at character {at}");
        }
        Some(ErrorPosition::Internal { position, query }) => {
            let _ = write!(out, "\n  at character {position} of {query}");
        }
        None => {}
    }
    if let Some(context) = error.where_() {
        let _ = write!(out, "\n  where: {context}");
    }
    out
}

/// The server's error behind an `anyhow` error, if one is in the chain.
pub fn server_error(error: &anyhow::Error) -> Option<&DbError> {
    error.chain().find_map(|cause| cause.downcast_ref::<DbError>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    #[test]
    fn a_report_shows_each_cause_once_and_the_hint_last() {
        let inner: anyhow::Result<()> = Err(anyhow::anyhow!("no such file"));
        let error = inner.hint("make it").context("cannot read `a.toml`").unwrap_err();
        assert_eq!(report(&error), "error: cannot read `a.toml`\ncaused by: no such file\nhint: make it\n");
        assert_eq!(exit_code(&error), Exit::Failed);
    }

    #[test]
    fn a_refusal_keeps_its_exit_code_under_context() {
        let error = refusal("would delete data", "pass --allow").context("planning");
        assert_eq!(exit_code(&error), Exit::Refused);
    }
}
