//! The connection that refinery runs on: refinery keeps the order, the checksums and the history, this decides how a
//! file runs.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use refinery_core::Migration;
use refinery_core::traits::r#async::{AsyncMigrate, AsyncQuery, AsyncTransaction};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use super::failure::READ_ONLY;
use super::folder::MigrationFile;
use super::history::{self, HISTORY};
use super::lock::shown;
use super::permit::Guard;
use super::run::{Setup, run_file};
use super::runner::AppliedFile;
use crate::database::veto;
use crate::error::{failure, server_message};

/// What refinery is told of a failure. The whole story is in [`Connection::failure`]: refinery would hide it.
#[derive(Debug)]
pub(super) struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped")
    }
}

impl std::error::Error for Stopped {}

/// A client, and the files that refinery is going to run on it, in order.
pub(super) struct Connection<'a> {
    pub(super) client: &'a mut Client,
    pub(super) setup: Setup<'a>,
    /// Who looks at the dangers of a file before it runs.
    pub(super) guard: Option<Guard<'a>>,
    /// The files that refinery finds pending. It hands over their text only.
    pub(super) pending: Vec<&'a MigrationFile>,
    /// What is applied so far.
    pub(super) applied: Vec<AppliedFile>,
    /// Why it stopped.
    pub(super) failure: Option<anyhow::Error>,
}

impl AsyncTransaction for Connection<'_> {
    type Error = Stopped;

    async fn execute<'a, T: Iterator<Item = &'a str> + Send + 'a>(
        &'a mut self,
        queries: T,
    ) -> Result<usize, Self::Error> {
        let queries: Vec<&str> = queries.collect();
        let done = match queries.as_slice() {
            notes if self.setup.options.fake && notes.iter().all(|note| note.starts_with("INSERT ")) => {
                self.note(notes).await
            }
            [make_history] => self.make_history(make_history).await,
            [sql, record] => self.apply(sql, record).await,
            _ => Err(anyhow!("refinery handed over {} statements", queries.len())),
        };
        match done {
            Ok(()) => Ok(queries.len()),
            Err(error) => Err(self.stop(error)),
        }
    }
}

impl AsyncQuery<Vec<Migration>> for Connection<'_> {
    /// refinery only ever asks for the history.
    async fn query<'a>(&'a mut self, _query: &'a str) -> Result<Vec<Migration>, Self::Error> {
        let rows = history::read(self.client).await;
        let read = rows.and_then(|rows| rows.iter().map(history::Applied::to_refinery).collect());
        read.map_err(|error| self.stop(error))
    }
}

impl AsyncMigrate for Connection<'_> {}

impl Connection<'_> {
    fn stop(&mut self, error: anyhow::Error) -> Stopped {
        self.failure = Some(error);
        Stopped
    }

    /// Makes the history table, if it is not there: `IF NOT EXISTS` would ask for the right to create it all the same.
    async fn make_history(&mut self, statement: &str) -> Result<()> {
        if history::exists(self.client).await? {
            return Ok(());
        }
        let Err(error) = self.client.batch_execute(statement).await else { return Ok(()) };
        let said = error.as_db_error().map_or_else(|| error.to_string(), server_message);
        let hint = match (error.code(), veto::behind(self.client, &error).await) {
            (_, Some(trigger)) => veto::hint(&trigger),
            (Some(code), _) if *code == SqlState::INSUFFICIENT_PRIVILEGE => {
                "`GRANT CREATE ON SCHEMA public TO` this role, or run migrate as the owner of the database".to_owned()
            }
            (Some(code), _) if *code == SqlState::READ_ONLY_SQL_TRANSACTION => READ_ONLY.to_owned(),
            _ => "nothing was applied".to_owned(),
        };
        Err(failure(format!("cannot create the history table `{HISTORY}`: {said}"), hint))
    }

    /// Notes files as applied without running them: all of them or none.
    async fn note(&mut self, notes: &[&str]) -> Result<()> {
        // One message is one transaction, and leaves none open where it fails.
        self.client.batch_execute(&notes.join("; ")).await.context("cannot write the history")?;
        let noted = self.pending.iter().take(notes.len()).map(|file| AppliedFile {
            version: file.version,
            name: file.name.clone(),
            file: file.file_name(),
            duration: Duration::ZERO,
        });
        self.applied.extend(noted);
        Ok(())
    }

    /// Applies one file and lets its history row be written.
    async fn apply(&mut self, sql: &str, record: &str) -> Result<()> {
        let next = self.pending.get(self.applied.len()).copied().filter(|file| file.sql == sql);
        let file = next.ok_or_else(|| anyhow!("refinery wants to run a file that was not pending"))?;
        let begun = Instant::now();
        let before: Vec<String> = self.applied.iter().map(|file| file.file.clone()).collect();
        let opening = match &self.guard {
            Some(guard) => {
                let rest = self.pending.get(self.applied.len() + 1..).unwrap_or_default();
                guard.check(self.client, file, rest, &before).await?
            }
            None => String::new(),
        };
        let setup = Setup { opening: &opening, ..self.setup };
        run_file(self.client, setup, file, record, &before).await?;
        let duration = begun.elapsed();
        self.setup.beside.talk.say(format!("applied {} in {}", file.file_name(), shown(duration)));
        self.applied.push(AppliedFile {
            version: file.version,
            name: file.name.clone(),
            file: file.file_name(),
            duration,
        });
        Ok(())
    }
}
