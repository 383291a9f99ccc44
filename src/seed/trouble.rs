//! What went wrong while planting, at its place in the seed's files.

use tokio_postgres::error::{DbError, SqlState};

use super::model::Seeds;
use crate::error::{Explained, failure, server_error, server_message};
use crate::load::Place;

/// A lock was not granted in time: the whole transaction may well be tried again.
#[derive(Debug)]
pub(super) struct LockWait;

impl std::fmt::Display for LockWait {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a lock was not granted in time")
    }
}

impl std::error::Error for LockWait {}

/// Whether an error is that of a lock.
pub(super) fn is_lock_wait(error: &anyhow::Error) -> bool {
    error.downcast_ref::<LockWait>().is_some()
        || server_error(error).is_some_and(|server| *server.code() == SqlState::LOCK_NOT_AVAILABLE)
}

/// The error, marked as one of a lock where it is.
pub(super) fn marked(error: anyhow::Error) -> anyhow::Error {
    if is_lock_wait(&error) { error.context(LockWait) } else { error }
}

/// The error, with the place in the files that it came from and what to do about it. `redacted` takes secrets out of what
/// others say: a server shows the values that it refuses.
pub(super) fn at(seeds: &Seeds, at: &Place, error: anyhow::Error, redacted: impl Fn(&str) -> String) -> anyhow::Error {
    if is_lock_wait(&error) {
        return error.context(LockWait);
    }
    if let Some(server) = server_error(&error) {
        return failure(seeds.complain(at, &redacted(&said(server))), hint(server));
    }
    match error.downcast::<Explained>() {
        Ok(explained) => {
            let message = seeds.complain(at, &explained.to_string());
            match explained.hint_text() {
                Some(hint) => failure(message, hint),
                None => anyhow::Error::msg(message),
            }
        }
        Err(error) => anyhow::Error::msg(seeds.complain(at, &redacted(&format!("{error:#}")))),
    }
}

/// The server's words, but for where it points in statements that are dbtool's own, and for the advice to do by hand what
/// this command is there to do.
fn said(server: &DbError) -> String {
    let lines = server_message(server);
    let keeps = |line: &&str| !line.starts_with("  at character ") && !line.contains("NO FORCE ROW LEVEL SECURITY");
    lines.lines().filter(keeps).collect::<Vec<_>>().join("\n")
}

fn hint(server: &DbError) -> String {
    let code = server.code();
    let nothing = "nothing was written";
    match *code {
        SqlState::INSUFFICIENT_PRIVILEGE if server.message().contains("would be affected by row-level security") => {
            format!(
                "a table that the seed does not name is under forced row security: name it in `writes` and it is lifted, too; {nothing}"
            )
        }
        SqlState::INSUFFICIENT_PRIVILEGE if server.message().contains("row-level security") => {
            format!("the row does not belong to the tenant that it is written for; {nothing}")
        }
        SqlState::QUERY_CANCELED => {
            format!(
                "cancelled, or `statement_timeout` ran out: give it more time under `[timeouts]` in dbtool.toml; {nothing}"
            )
        }
        SqlState::INSUFFICIENT_PRIVILEGE => format!("grant the role what it lacks, or connect as the owner; {nothing}"),
        SqlState::UNIQUE_VIOLATION => {
            format!("another row has that value: is it the same one under another `key`?; {nothing}")
        }
        SqlState::FOREIGN_KEY_VIOLATION => {
            format!("plant the row that it refers to first, or say `{{ ref = \"...\" }}`; {nothing}")
        }
        _ => format!("put the file right and run it again; {nothing}"),
    }
}

/// The row, from 1, and the column that a COPY stopped at, as the server's context says.
pub(super) fn place_in_copy(error: &tokio_postgres::Error) -> Option<(usize, Option<String>)> {
    let context = error.as_db_error()?.where_()?;
    let after = context.split(", line ").nth(1)?;
    let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    let row = after[..digits].parse().ok()?;
    let column =
        after[digits..].strip_prefix(", column ").map(|rest| rest.split(':').next().unwrap_or_default().to_owned());
    Some((row, column))
}
