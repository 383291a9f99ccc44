//! What went wrong with a file, as the user reads it: where in the file, what the server said, what stays and what
//! does not, and what to do.
//!
//! refinery's own error hides the server's words, so it is never shown.

use std::ops::Range;

use tokio_postgres::error::{DbError, ErrorPosition, Severity, SqlState};

use super::folder::MigrationFile;
use super::record::Direction;
use super::run::Setup;
use crate::database::veto;
use crate::error::{failure, server_message};
use crate::source::{byte_of_character, snippet};
use crate::sql::{split, tokens};

/// How far a file had come when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing of it had run.
    Prepare,
    /// In its text: so many of its statements had completed, and the message began at that byte.
    Script { completed: usize, message_start: usize },
    /// All of it had run; its history row was being written.
    Record,
    /// The transaction was being committed.
    Commit,
}

/// A failure of a file.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) error: tokio_postgres::Error,
    pub(super) stage: Stage,
    /// The event trigger that forbade it.
    pub(super) veto: Option<String>,
}

impl Fault {
    pub(super) fn at(stage: Stage) -> impl Fn(tokio_postgres::Error) -> Fault {
        move |error| Fault { error, stage, veto: None }
    }

    /// A lock was not granted in time: the one failure that a second attempt may well not meet.
    pub(super) fn is_lock_timeout(&self) -> bool {
        self.error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE)
    }

    /// The whole story. `before` are the files that this run has done; `blockers` the sessions that were last seen to
    /// hold what it waited for.
    pub(super) fn explain(
        &self,
        file: &MigrationFile,
        setup: Setup<'_>,
        before: &[String],
        blockers: &[String],
    ) -> anyhow::Error {
        let mut message = self.head(file);
        if self.is_lock_timeout() {
            blockers.iter().for_each(|blocker| message.push_str(&format!("\n  held by {blocker}")));
        }
        message.push_str(&format!("\n  {}", self.consequence(file)));
        if !before.is_empty() {
            let done = if setup.direction == Direction::Up { "applied" } else { "rolled back" };
            message.push_str(&format!("\n  {done} before it, and kept: {}", before.join(", ")));
        }
        failure(message, self.hint(file, setup))
    }

    fn lost(&self) -> bool {
        connection_lost(&self.error)
    }

    /// The place, the server's words, the line with its caret.
    fn head(&self, file: &MigrationFile) -> String {
        let path = file.path.display().to_string();
        let said = said(&self.error);
        let (first, rest) = said.split_once('\n').map_or((said.as_str(), ""), |(first, rest)| (first, rest));
        let first = if self.lost() { format!("the connection was lost: {first}") } else { first.to_owned() };
        let mut out = match (self.stage, self.span(&file.sql)) {
            (Stage::Script { .. }, Some(span)) => snippet(&path, &file.sql, span, &first),
            (Stage::Prepare, _) => format!("{path}: cannot begin: {first}"),
            (Stage::Record, _) => format!("{path}: cannot write its history row: {first}"),
            (Stage::Commit, _) => format!("{path}: cannot commit: {first}"),
            (Stage::Script { .. }, None) => format!("{path}: {first}"),
        };
        if !rest.is_empty() {
            out.push_str(&format!("\n{rest}"));
        }
        out
    }

    /// What the server's position points at, or the statement that was running.
    fn span(&self, sql: &str) -> Option<Range<usize>> {
        let Stage::Script { completed, message_start } = self.stage else { return None };
        if let Some(ErrorPosition::Original(position)) = self.error.as_db_error().and_then(DbError::position) {
            let position = usize::try_from(*position).unwrap_or_default();
            let start = message_start + byte_of_character(&sql[message_start..], position);
            let token = tokens(&sql[start..]).ok().and_then(|all| all.first().map(|token| token.text.len()));
            return Some(start..start + token.unwrap_or(1));
        }
        let statement = split(sql).ok()?.get(completed).copied()?;
        Some(statement.start..statement.start + statement.text.len())
    }

    /// What stays of the file.
    fn consequence(&self, file: &MigrationFile) -> String {
        let name = file.file_name();
        match (file.transactional, self.stage) {
            (_, Stage::Prepare) => format!("nothing of `{name}` ran"),
            (true, Stage::Commit) if self.lost() => {
                format!("whether `{name}` was committed is not known; it is there as a whole or not at all")
            }
            (true, _) if self.lost() => {
                format!("the server rolls the transaction of `{name}` back: nothing of it stays")
            }
            (true, _) => format!("the transaction of `{name}` was rolled back: nothing of it stays"),
            (false, Stage::Script { completed, .. }) if self.lost() => {
                format!(
                    "{}; whether statement {} completed is not known: the next run finds out",
                    partly(file, completed),
                    completed + 1
                )
            }
            (false, Stage::Script { completed, .. }) => partly(file, completed),
            (false, _) if self.lost() => {
                format!(
                    "every statement of `{name}` had completed and stays; whether the history knows it is not known"
                )
            }
            (false, _) => {
                format!("every statement of `{name}` had completed and stays, but the history does not know it")
            }
        }
    }

    fn hint(&self, file: &MigrationFile, setup: Setup<'_>) -> String {
        let again = match setup.direction {
            Direction::Up => "run migrate again: what is applied is not run twice",
            Direction::Down => "run rollback again: what went back is not run twice",
        };
        if self.lost() {
            return format!("see the server's log for the reason; `status` shows what is applied; then {again}");
        }
        if let Some(trigger) = &self.veto {
            return veto::hint(trigger);
        }
        match self.error.code() {
            Some(code) if *code == SqlState::LOCK_NOT_AVAILABLE => format!(
                "another session holds a lock that this needs, and `lock_timeout` ran out so that the queue behind it \
                 does not grow; look for long transactions in pg_stat_activity, then {again}"
            ),
            Some(code) if *code == SqlState::READ_ONLY_SQL_TRANSACTION => READ_ONLY.to_owned(),
            Some(code) if *code == SqlState::INSUFFICIENT_PRIVILEGE => {
                "run it as the role that owns the objects".to_owned()
            }
            Some(code) if *code == SqlState::QUERY_CANCELED && setup.beside.stop.is_asked() => {
                format!("interrupted; to go on, {again}")
            }
            Some(code) if *code == SqlState::QUERY_CANCELED => {
                format!("cancelled, or `statement_timeout` ran out: give it more time, then {again}")
            }
            Some(code) if *code == SqlState::ACTIVE_SQL_TRANSACTION => {
                "make `-- dbtool: no-transaction` the first line of a file for that statement alone".to_owned()
            }
            Some(code) if *code == SqlState::DISK_FULL => {
                format!("free some space on the server, then {again}; an index that is half built is dropped first")
            }
            // Class 23: rows against a constraint.
            Some(code) if code.code().starts_with("23") => {
                format!("repair the rows that stand against it, or put the statement right; then {again}")
            }
            _ if !file.transactional => {
                format!("put the statement right, leave those before it as they are, and {again}")
            }
            _ => format!("put the file right and {again}"),
        }
    }
}

/// What to do where nothing can be written.
pub(super) const READ_ONLY: &str = "the server is a standby, or `default_transaction_read_only` is on for this \
     database or role: connect to the primary, or switch it off for the role that migrates";

/// What of a no-transaction file had completed.
fn partly(file: &MigrationFile, completed: usize) -> String {
    let name = file.file_name();
    let all = split(&file.sql).map_or(completed + 1, |statements| statements.len());
    let stays = match completed {
        0 => "none before it".to_owned(),
        1 => "statement 1 had completed and stays".to_owned(),
        n => format!("statements 1 to {n} had completed and stay"),
    };
    format!("`{name}` runs without a transaction and stopped at statement {} of {all}; {stays}", completed + 1)
}

/// The server's words without the position, which the place in the file stands for; or what the connection says.
fn said(error: &tokio_postgres::Error) -> String {
    let Some(server) = error.as_db_error() else {
        let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
        return format!("{error}{}", cause.unwrap_or_default());
    };
    let whole = server_message(server);
    match server.position() {
        Some(ErrorPosition::Original(at)) => whole.replacen(&format!("\n  at character {at}"), "", 1),
        _ => whole,
    }
}

/// Whether an error means that the session is over: the server's last words, or none at all.
pub(super) fn connection_lost(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_none_or(|server| {
        matches!(server.parsed_severity(), Some(Severity::Fatal | Severity::Panic))
            || [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN].contains(server.code())
    })
}
