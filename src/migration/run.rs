//! Running one file: in one transaction with its history row, or, where its first line says so, statement by statement,
//! a message each, because PostgreSQL takes several statements of one message for a transaction.

use std::time::Duration;

use anyhow::Result;
use futures_util::{StreamExt as _, pin_mut};
use tokio_postgres::{Client, SimpleQueryMessage};

use super::again::{Begun, is_repeatable, unknown};
use super::beside::Beside;
use super::failure::{Fault, Stage};
use super::folder::MigrationFile;
use super::inside::STAYS_INSIDE;
use super::leftover::{Target, drop_leftover, unfinished_detach};
use super::lock::{Lock, shown};
use super::record::{self, Direction, Keeper, Record};
use super::reindex::drop_copies;
use super::runner::Options;
use super::script::{is_concurrent, is_setting, runs_alone, sets_lock_timeout};
use super::session::Session;
use super::watch::{Seen, Watch};
use crate::database::veto;
use crate::error::failure;
use crate::sql::{Statement, split};

/// What a whole run shares.
#[derive(Clone, Copy)]
pub(super) struct Setup<'a> {
    pub(super) lock: &'a Lock,
    pub(super) session: &'a Session,
    pub(super) options: &'a Options,
    pub(super) beside: &'a Beside<'a>,
    pub(super) direction: Direction,
    /// What the transaction of a file begins with.
    pub(super) opening: &'a str,
}

impl Setup<'_> {
    /// What the server is asked before anything stays.
    fn inside(&self) -> &'static str {
        if self.options.inside { STAYS_INSIDE } else { "" }
    }
}

/// Runs a file and what records it in the history, together where that is possible.
///
/// # Errors
/// What went wrong, where, and what stays.
pub(super) async fn run_file(
    client: &mut Client,
    setup: Setup<'_>,
    file: &MigrationFile,
    record: &str,
    before: &[String],
) -> Result<()> {
    setup.beside.stop.check(&format!("nothing of `{}` ran", file.file_name()))?;
    check_lock(client, setup, file, before).await?;
    let spinner = setup.beside.talk.spin(format!("applying {}", file.file_name()));
    let mut seen = Seen::default();
    let mut work = Work { client, setup, file, record };
    let watch = match setup.beside.watcher {
        Some(watcher) => {
            let pid = work.pid().await.map_err(Fault::at(Stage::Prepare));
            let pid = pid.map_err(|fault| fault.explain(file, setup, before, &[]))?;
            let pause = (setup.options.lock_timeout / 4).clamp(Duration::from_millis(20), Duration::from_millis(250));
            Some(Watch { client: watcher, pid, talk: setup.beside.talk, pause })
        }
        None => None,
    };
    let outcome = match watch {
        Some(watch) => watch.over(work.run(), &mut seen, &spinner).await,
        None => work.run().await,
    };
    drop(spinner);
    match outcome {
        Err(Halt::Fault(mut fault)) => {
            fault.veto = veto::behind(work.client, &fault.error).await;
            Err(fault.explain(file, setup, before, &seen.blockers))
        }
        Err(Halt::Told(error)) => Err(error),
        Ok(()) => Ok(()),
    }
}

/// A file before this one may have let the lock go, and a pooler may hand every statement to another session.
async fn check_lock(client: &Client, setup: Setup<'_>, file: &MigrationFile, before: &[String]) -> Result<()> {
    let held = setup.lock.is_held(client).await.map_err(Fault::at(Stage::Prepare));
    if held.map_err(|fault| fault.explain(file, setup, before, &[]))? {
        return Ok(());
    }
    let message = format!("the lock of this run was lost before `{}`", file.file_name());
    let reason = "a migration must not run `pg_advisory_unlock_all()` or `DISCARD ALL`, and the connection must be \
                  direct, not through a pooler in transaction mode";
    Err(failure(message, reason))
}

/// Why a file was not finished.
enum Halt {
    /// A statement failed.
    Fault(Fault),
    /// Something else, told already.
    Told(anyhow::Error),
}

impl std::convert::From<Fault> for Halt {
    fn from(fault: Fault) -> Halt {
        Halt::Fault(fault)
    }
}

/// One file at work.
struct Work<'a> {
    client: &'a mut Client,
    setup: Setup<'a>,
    file: &'a MigrationFile,
    record: &'a str,
}

impl Work<'_> {
    async fn pid(&self) -> Result<i32, tokio_postgres::Error> {
        Ok(self.client.query_typed_one("SELECT pg_catalog.pg_backend_pid()", &[]).await?.get(0))
    }

    async fn run(&mut self) -> Result<(), Halt> {
        if self.file.transactional { self.with_retries().await } else { self.alone().await }
    }

    /// In a transaction; once more where a lock was not granted in time, since nothing of it has stayed.
    async fn with_retries(&mut self) -> Result<(), Halt> {
        let mut pause = Duration::from_millis(500);
        let Setup { options, beside, .. } = self.setup;
        for left in (0..=options.lock_retries).rev() {
            match self.in_transaction().await {
                Err(fault) if fault.is_lock_timeout() && left > 0 && !beside.stop.is_asked() => {
                    let what =
                        format!("{} did not get a lock within {}", self.file.file_name(), shown(options.lock_timeout));
                    beside.talk.warn(format!("{what}; rolled back, trying again in {}", shown(pause)));
                    wait(pause, beside).await?;
                    pause = (pause * 2).min(Duration::from_secs(10));
                }
                other => return Ok(other?),
            }
        }
        Ok(())
    }

    async fn in_transaction(&mut self) -> Result<(), Fault> {
        let session = self.setup.session;
        self.client.batch_execute(&session.pinned).await.map_err(Fault::at(Stage::Prepare))?;
        // Rolled back when dropped, also where the caller stops waiting half-way.
        let transaction = self.client.transaction().await.map_err(Fault::at(Stage::Prepare))?;
        transaction.batch_execute(self.setup.opening).await.map_err(Fault::at(Stage::Prepare))?;
        let ran = run(transaction.client(), &self.file.sql).await;
        ran.map_err(|(completed, error)| Fault::at(Stage::Script { completed, message_start: 0 })(error))?;
        // As the role that began: the file may have switched to one that may not write the history.
        let record = format!("{} {} {}", self.setup.inside(), session.pinned, self.record);
        transaction.batch_execute(&record).await.map_err(Fault::at(Stage::Record))?;
        transaction.commit().await.map_err(Fault::at(Stage::Commit))
    }

    /// Statement by statement, then the history row. What an earlier run did is not done again.
    async fn alone(&mut self) -> Result<(), Halt> {
        let Setup { session, beside, direction, .. } = self.setup;
        let found = record::read(self.client).await.map_err(Halt::Told)?;
        self.client.batch_execute(&session.pinned).await.map_err(Fault::at(Stage::Prepare))?;
        let statements = split(&self.file.sql).unwrap_or_default();
        let from = self.resume(found, &statements)?;
        let keeper = Keeper::open(self.client, self.file, direction, &statements, beside.talk).await;
        let keeper = keeper.map_err(Fault::at(Stage::Prepare))?;
        let own_timeout = statements.iter().any(|statement| sets_lock_timeout(statement.text));
        for (at, statement) in statements.iter().enumerate() {
            let failed = Fault::at(Stage::Script { completed: at, message_start: statement.start });
            if at < from.done {
                // What was set has gone with the session that set it.
                if is_setting(statement.text) {
                    self.client.batch_execute(statement.text).await.map_err(&failed)?;
                }
                continue;
            }
            let stays = format!("statements 1 to {at} of `{}` stay, and the next run goes on", self.file.file_name());
            beside.stop.check(&stays).map_err(Halt::Told)?;
            let again = from.begun.filter(|_| at == from.done);
            if again.is_some() && !is_repeatable(self.file, statement.text) {
                match self.setup.options.begun {
                    None => return Err(Halt::Told(unknown(self.file, at, statement.text))),
                    Some(Begun::Again) => {}
                    Some(Begun::Done) => {
                        self.note(&keeper.says(at + 1, false, false)).await.map_err(&failed)?;
                        continue;
                    }
                }
            }
            let patient = !own_timeout && is_concurrent(statement.text);
            if patient {
                self.client.batch_execute("SET lock_timeout = 0").await.map_err(&failed)?;
            }
            self.patiently(at, statement, &keeper, again).await?;
            if patient {
                self.client.batch_execute(&session.lock_timeout).await.map_err(&failed)?;
            }
        }
        let record = format!("{} {} {}", session.pinned, keeper.forgets(), self.record);
        self.client.batch_execute(&record).await.map_err(Fault::at(Stage::Record))?;
        Ok(())
    }

    /// Where to go on.
    fn resume(&self, found: Option<Record>, statements: &[Statement<'_>]) -> Result<Start, Halt> {
        let Some(found) = found else { return Ok(Start { done: 0, begun: None }) };
        if found.version != self.file.version || found.direction != self.setup.direction {
            return Err(Halt::Told(found.in_the_way()));
        }
        if !found.fits(statements) {
            let name = self.file.file_name();
            let message = format!(
                "`{name}` was changed after it had begun: its first {} statements ran, and stay, as they were",
                found.done
            );
            let hint = "bring those back as they were; what comes after them may be changed";
            return Err(Halt::Told(failure(message, hint)));
        }
        let (at, all) = (found.done + 1, statements.len());
        self.setup
            .beside
            .talk
            .say(format!("{} was cut off: going on at statement {at} of {all}", self.file.file_name()));
        let begun = found.had_begun(statements.get(found.done));
        Ok(Start { done: found.done, begun: begun.then_some(found.existed) })
    }

    /// One statement, once more where a lock was not granted in time and nothing of it has stayed.
    async fn patiently(
        &mut self,
        at: usize,
        statement: &Statement<'_>,
        keeper: &Keeper<'_>,
        again: Option<bool>,
    ) -> Result<(), Halt> {
        let mut pause = Duration::from_millis(500);
        let Setup { options, beside, .. } = self.setup;
        let retries = if runs_alone(statement.text) { 0 } else { options.lock_retries };
        for left in (0..=retries).rev() {
            let failed = Fault::at(Stage::Script { completed: at, message_start: statement.start });
            match self.statement(at, statement, keeper, again).await.map_err(failed) {
                Err(fault) if fault.is_lock_timeout() && left > 0 && !beside.stop.is_asked() => {
                    let what = format!("statement {} of {}", at + 1, self.file.file_name());
                    let lock = format!("did not get a lock within {}", shown(options.lock_timeout));
                    beside.talk.warn(format!("{what} {lock}; trying again in {}", shown(pause)));
                    wait(pause, beside).await?;
                    pause = (pause * 2).min(Duration::from_secs(10));
                }
                other => return Ok(other?),
            }
        }
        Ok(())
    }

    /// One statement and the record of it. `again` says that an earlier run had begun it, and whether what it makes or
    /// removes was there before that.
    async fn statement(
        &mut self,
        at: usize,
        statement: &Statement<'_>,
        keeper: &Keeper<'_>,
        again: Option<bool>,
    ) -> Result<(), tokio_postgres::Error> {
        if !runs_alone(statement.text) {
            let transaction = self.client.transaction().await?;
            run(transaction.client(), statement.text).await.map_err(|(_, error)| error)?;
            let says =
                format!("{} {} {}", self.setup.inside(), self.setup.session.local, keeper.says(at + 1, false, false));
            transaction.batch_execute(&says).await?;
            return transaction.commit().await;
        }
        let talk = self.setup.beside.talk;
        let target = Target::of(statement.text);
        if let (Some(target), Some(existed)) = (&target, again)
            && target.is_done(self.client, existed).await?
        {
            talk.say(format!("statement {} had completed before the run was cut off", at + 1));
            return self.note(&keeper.says(at + 1, false, false)).await;
        }
        drop_leftover(self.client, statement.text, talk).await?;
        if again.is_some() {
            drop_copies(self.client, statement.text, talk).await?;
        }
        let existed = match (&target, again) {
            (_, Some(existed)) => existed,
            (Some(target), None) => target.is_there(self.client).await?,
            (None, None) => false,
        };
        self.note(&keeper.says(at, true, existed)).await?;
        let finish = unfinished_detach(self.client, statement.text).await?;
        if finish.is_some() {
            talk.say("a partition was being detached when an earlier attempt was cut off: finishing that");
        }
        if let Err((_, error)) = run(self.client, finish.as_deref().unwrap_or(statement.text)).await {
            if error.as_db_error().is_some() && !is_repeatable(self.file, statement.text) {
                // It is known to have failed, and is not one that may have come to its end.
                let _ = self.note(&keeper.says(at, false, false)).await;
            }
            return Err(error);
        }
        self.note(&keeper.says(at + 1, false, false)).await
    }

    /// Writes the record, as the role that began whatever role the file has taken since.
    async fn note(&self, says: &str) -> Result<(), tokio_postgres::Error> {
        if says.is_empty() {
            return Ok(());
        }
        // One message is one transaction, and leaves none open where it fails.
        self.client.batch_execute(&format!("{} {says}", self.setup.session.local)).await
    }
}

/// Where a file goes on.
struct Start {
    /// So many statements are done.
    done: usize,
    /// Whether the next one had begun; then, whether what it is about was there before.
    begun: Option<bool>,
}

/// Waits, unless somebody wants the run to end.
async fn wait(pause: Duration, beside: &Beside<'_>) -> Result<(), Halt> {
    let end = tokio::time::Instant::now() + pause;
    while tokio::time::Instant::now() < end {
        beside.stop.check("nothing of the file stays").map_err(Halt::Told)?;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
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
