//! What went wrong while planting, at its place in the seed's files.

use tokio_postgres::error::{DbError, SqlState};

use super::model::Seeds;
use crate::error::{Explained, Hint as _, failure, server_error, server_message};
use crate::load::Place;

/// The error, with the place in the files that it came from and what to do about it.
pub(super) fn at(seeds: &Seeds, at: &Place, error: anyhow::Error) -> anyhow::Error {
    if let Some(server) = server_error(&error) {
        let message = seeds.complain(at, &server_message(server));
        return failure(message, hint(server));
    }
    match error.downcast::<Explained>() {
        Ok(explained) => {
            let message = seeds.complain(at, &explained.to_string());
            let again: anyhow::Error = anyhow::Error::msg(message);
            match explained.hint_text() {
                Some(hint) => Err::<(), _>(again).hint(hint).err().unwrap_or_else(|| anyhow::anyhow!("unknown")),
                None => again,
            }
        }
        Err(error) => anyhow::Error::msg(seeds.complain(at, &format!("{error:#}"))),
    }
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
