//! The connection that refinery runs on: refinery keeps the order, the checksums and the history, this decides how a
//! file runs.
//!
//! A file runs in one transaction with its history row, or, where its first line says so, statement by statement, a
//! message each, because PostgreSQL takes several statements of one message for a transaction.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use futures_util::{StreamExt as _, pin_mut};
use refinery_core::Migration;
use refinery_core::traits::r#async::{AsyncMigrate, AsyncQuery, AsyncTransaction};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, SimpleQueryMessage};

use super::failure::{Fault, READ_ONLY, Stage};
use super::folder::MigrationFile;
use super::history::{self, HISTORY};
use super::leftover::drop_leftover;
use super::lock::{Lock, shown};
use super::runner::{AppliedFile, Options};
use super::script::words;
use super::session::Session;
use crate::error::{failure, server_message};
use crate::sql::split;
use crate::talk::Talk;

/// What refinery is told of a failure. The whole story is in [`Connection::failure`]: refinery would hide it.
#[derive(Debug)]
pub(super) struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped")
    }
}

impl std::error::Error for Stopped {}

/// What a whole run shares.
#[derive(Clone, Copy)]
pub(super) struct Setup<'a> {
    pub(super) lock: &'a Lock,
    pub(super) session: &'a Session,
    pub(super) options: &'a Options,
    pub(super) talk: &'a Talk,
}

/// A client, and the files that refinery is going to run on it, in order.
pub(super) struct Connection<'a> {
    pub(super) client: &'a mut Client,
    pub(super) setup: Setup<'a>,
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
        let hint = match error.code() {
            Some(code) if *code == SqlState::INSUFFICIENT_PRIVILEGE => {
                "`GRANT CREATE ON SCHEMA public TO` this role, or run migrate as the owner of the database"
            }
            Some(code) if *code == SqlState::READ_ONLY_SQL_TRANSACTION => READ_ONLY,
            _ => "nothing was applied",
        };
        Err(failure(format!("cannot create the history table `{HISTORY}`: {said}"), hint))
    }

    /// Applies one file and lets its history row be written.
    async fn apply(&mut self, sql: &str, record: &str) -> Result<()> {
        let next = self.pending.get(self.applied.len()).copied().filter(|file| file.sql == sql);
        let file = next.ok_or_else(|| anyhow!("refinery wants to run a file that was not pending"))?;
        self.check_lock(file).await?;
        let begun = Instant::now();
        let spinner = self.setup.talk.spin(format!("applying {}", file.file_name()));
        let run =
            if file.transactional { self.with_retries(file, record).await } else { self.alone(file, record).await };
        drop(spinner);
        run.map_err(|fault| fault.explain(file, &self.applied_names()))?;
        let duration = begun.elapsed();
        self.setup.talk.say(format!("applied {} in {}", file.file_name(), shown(duration)));
        self.applied.push(AppliedFile {
            version: file.version,
            name: file.name.clone(),
            file: file.file_name(),
            duration,
        });
        Ok(())
    }

    fn applied_names(&self) -> Vec<String> {
        self.applied.iter().map(|file| file.file.clone()).collect()
    }

    /// A file before this one may have let the lock go, and a pooler may hand every statement to another session.
    async fn check_lock(&self, file: &MigrationFile) -> Result<()> {
        let held = self.setup.lock.is_held(self.client).await.map_err(Fault::at(Stage::Prepare));
        if held.map_err(|fault| fault.explain(file, &self.applied_names()))? {
            return Ok(());
        }
        let message = format!("the lock of this run was lost before `{}`", file.file_name());
        let reason = "a migration must not run `pg_advisory_unlock_all()` or `DISCARD ALL`, and the connection must be \
                      direct, not through a pooler in transaction mode";
        Err(failure(message, reason))
    }

    /// In a transaction; once more where a lock was not granted in time, since nothing of it has stayed.
    async fn with_retries(&mut self, file: &MigrationFile, record: &str) -> Result<(), Fault> {
        let mut pause = Duration::from_millis(500);
        for left in (0..=self.setup.options.lock_retries).rev() {
            match self.in_transaction(file, record).await {
                Err(fault) if fault.is_lock_timeout() && left > 0 => {
                    let name = file.file_name();
                    let what = format!("{name} did not get a lock within {}", shown(self.setup.options.lock_timeout));
                    self.setup.talk.warn(format!("{what}; rolled back, trying again in {}", shown(pause)));
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_secs(10));
                }
                other => return other,
            }
        }
        Ok(())
    }

    async fn in_transaction(&mut self, file: &MigrationFile, record: &str) -> Result<(), Fault> {
        self.client.batch_execute(&self.setup.session.pinned).await.map_err(Fault::at(Stage::Prepare))?;
        // Rolled back when dropped, also where the caller stops waiting half-way.
        let transaction = self.client.transaction().await.map_err(Fault::at(Stage::Prepare))?;
        let ran = run(transaction.client(), &file.sql).await;
        ran.map_err(|(completed, error)| Fault { error, stage: Stage::Script { completed, message_start: 0 } })?;
        // As the role that began: the file may have switched to one that may not write the history.
        let record = format!("{} {record}", self.setup.session.pinned);
        transaction.batch_execute(&record).await.map_err(Fault::at(Stage::Record))?;
        transaction.commit().await.map_err(Fault::at(Stage::Commit))
    }

    /// Statement by statement, each its own message, then the history row.
    async fn alone(&mut self, file: &MigrationFile, record: &str) -> Result<(), Fault> {
        self.client.batch_execute(&self.setup.session.pinned).await.map_err(Fault::at(Stage::Prepare))?;
        let statements = split(&file.sql).unwrap_or_default();
        let own_timeout = statements.iter().any(|statement| sets_lock_timeout(statement.text));
        for (completed, statement) in statements.into_iter().enumerate() {
            let failed = Fault::at(Stage::Script { completed, message_start: statement.start });
            let patient = !own_timeout && is_concurrent(statement.text);
            if patient {
                self.client.batch_execute("SET lock_timeout = 0").await.map_err(&failed)?;
            }
            drop_leftover(self.client, statement.text, self.setup.talk).await.map_err(&failed)?;
            run(self.client, statement.text).await.map_err(|(_, error)| failed(error))?;
            if patient {
                self.client.batch_execute(&self.setup.session.lock_timeout).await.map_err(&failed)?;
            }
        }
        let record = format!("{} {record}", self.setup.session.pinned);
        self.client.batch_execute(&record).await.map_err(Fault::at(Stage::Record))
    }
}

/// Whether a statement waits without anybody queueing behind it. It waits for every transaction that is older, which
/// `lock_timeout` would count too, and cut off a build of hours.
fn is_concurrent(statement: &str) -> bool {
    words(statement).iter().any(|word| word == "CONCURRENTLY")
}

/// Whether a file knows better how long to wait.
fn sets_lock_timeout(statement: &str) -> bool {
    let words = words(statement);
    words.first().is_some_and(|word| word == "SET") && words.iter().any(|word| word == "LOCK_TIMEOUT")
}

/// Runs one message; a failure says how many of its statements had completed.
async fn run(client: &Client, sql: &str) -> Result<(), (usize, tokio_postgres::Error)> {
    let answers = client.simple_query_raw(sql).await.map_err(|error| (0, error))?;
    pin_mut!(answers);
    let mut completed = 0;
    while let Some(answer) = answers.next().await {
        match answer {
            Ok(SimpleQueryMessage::CommandComplete(_)) => completed += 1,
            Ok(_) => {}
            Err(error) => return Err((completed, error)),
        }
    }
    Ok(())
}
