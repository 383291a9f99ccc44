//! Applying what is pending: one runner at a time, the folder held against the history, then refinery.

use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use refinery::{Migration, Runner, Target};
use tokio_postgres::Client;

use super::again::Begun;
use super::beside::Beside;
use super::connection::Connection;
use super::folder::Folder;
use super::history::{self, HISTORY};
use super::lock::{Lock, direct, shown};
use super::permit::{Guard, Permit};
use super::record::{self, Direction};
use super::run::Setup;
use super::session::Session;
use super::status::{Status, compare};
use crate::error::failure;

/// How to migrate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The last version to apply; all without it.
    pub to: Option<i32>,
    /// The search path that every file begins with.
    pub search_path: String,
    /// How long a statement waits for a lock before it gives up, so that nobody queues behind it for long. What is
    /// built `CONCURRENTLY` makes nobody queue and waits as long as it takes, unless its file sets `lock_timeout`.
    pub lock_timeout: Duration,
    /// How often a transactional file is tried again after it waited too long for a lock.
    pub lock_retries: u32,
    /// How long a statement may take; no limit without it.
    pub statement_timeout: Option<Duration>,
    /// Whether the files are noted as applied and not run.
    pub fake: bool,
    /// How long to wait for another runner.
    pub wait_for_lock: Duration,
    /// Which dangers the files may have; all without it.
    pub permit: Option<Permit>,
    /// Whether a file is stopped that changes what all databases of the server share: where it is only tried out.
    pub inside: bool,
    /// What to do with a statement that had begun and may be done; without it the run stops and asks.
    pub begun: Option<Begun>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            to: None,
            search_path: "public".into(),
            lock_timeout: Duration::from_secs(3),
            lock_retries: 3,
            statement_timeout: None,
            fake: false,
            wait_for_lock: Duration::from_secs(60),
            permit: None,
            inside: false,
            begun: None,
        }
    }
}

/// What a run applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The files, in order; none where nothing was pending.
    pub applied: Vec<AppliedFile>,
}

/// A file that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedFile {
    /// Its number.
    pub version: i32,
    /// Its name.
    pub name: String,
    /// The file's name.
    pub file: String,
    /// How long it took.
    pub duration: Duration,
}

/// Applies the pending files of a folder, in order, through refinery.
///
/// The session's settings and role are afterwards what they were before.
///
/// # Errors
/// A refusal when another runner holds the lock for too long; a failure when folder and history do not fit together,
/// and when a file fails. What was applied before a failing file stays.
pub async fn migrate(
    client: &mut Client,
    folder: &Folder,
    options: &Options,
    beside: impl Into<Beside<'_>>,
) -> Result<Report> {
    let beside = beside.into();
    direct(client, beside.watcher).await?;
    let lock = Lock::take(client, HISTORY, options.wait_for_lock, &beside).await?;
    let result = under_lock(client, folder, options, &beside, &lock).await;
    lock.release(client).await;
    let report = result?;
    match report.applied.as_slice() {
        [] => beside.talk.say("nothing to apply"),
        files => {
            let time = files.iter().map(|file| file.duration).sum();
            let count = if files.len() == 1 { "1 migration".into() } else { format!("{} migrations", files.len()) };
            beside.talk.say(match options.fake {
                true => format!("{count} noted as applied"),
                false => format!("{count} applied in {}", shown(time)),
            });
        }
    }
    Ok(report)
}

/// Whether there is nothing to do, at a glance and without the lock: everything up to the target is applied as the files
/// have it, and nothing is unfinished. What else there is to say is left to [`migrate`].
///
/// # Errors
/// The history cannot be read.
pub(crate) async fn is_up_to_date(client: &Client, folder: &Folder, to: Option<i32>) -> Result<bool> {
    let (applied, found) = tokio::join!(history::read(client), record::read(client));
    let status = compare(folder, applied?)?;
    let quiet = found?.is_none() && status.problems().is_empty() && check_target(folder, &status, to).is_ok();
    // Without a history there is nothing that could be up to date, not even an empty folder.
    Ok(quiet && !status.applied.is_empty() && status.pending_to(to).next().is_none())
}

/// Nobody else migrates now, so what is read of the history stays true.
async fn under_lock(
    client: &mut Client,
    folder: &Folder,
    options: &Options,
    beside: &Beside<'_>,
    lock: &Lock,
) -> Result<Report> {
    let (applied, found) = tokio::join!(history::read(client), record::read(client));
    let status = compare(folder, applied?)?;
    fits(&status)?;
    check_target(folder, &status, options.to)?;
    // What is half done is finished first, and by the file that began it: no other may stand in its place.
    let next = status.pending_to(options.to).next().filter(|file| !file.transactional).map(|file| file.version);
    if let Some(found) = found?
        && (found.direction == Direction::Down || next != Some(found.version) || options.fake)
    {
        return Err(found.in_the_way());
    }
    if status.pending_to(options.to).next().is_none() {
        return Ok(Report::default());
    }
    let session = Session::note(client, options).await?;
    let setup = Setup { lock, session: &session, options, beside, direction: Direction::Up, opening: "" };
    let result = through_refinery(client, folder, &status, setup).await;
    let restored = client.batch_execute(&session.found).await;
    let report = result?;
    restored.context("everything was applied, but the session's settings could not be put back")?;
    Ok(report)
}

/// Lets refinery run what is pending on our connection.
async fn through_refinery(client: &mut Client, folder: &Folder, status: &Status, setup: Setup<'_>) -> Result<Report> {
    let migrations: Vec<Migration> = folder.migrations.iter().map(|file| file.to_refinery()).collect::<Result<_>>()?;
    let target = match (setup.options.to, setup.options.fake) {
        (Some(to), true) => Target::FakeVersion(to),
        (None, true) => Target::Fake,
        (to, false) => to.map_or(Target::Latest, Target::Version),
    };
    let mut runner = Runner::new(&migrations).set_target(target);
    runner.set_migration_table_name(HISTORY);
    let pending: Vec<_> = status.pending_to(setup.options.to).collect();
    let guard = Guard::open(client, setup.options, &pending, Direction::Up, setup.beside.talk).await?;
    let mut connection = Connection { client, setup, guard, pending, applied: Vec::new(), failure: None };
    let run = runner.run_async(&mut connection).await;
    match (run, connection.failure) {
        (_, Some(failure)) => Err(failure),
        (Err(error), None) => Err(anyhow!(error).context("refinery refused the migrations")),
        (Ok(_), None) => Ok(Report { applied: connection.applied }),
    }
}

/// What was applied must be what the files say, or later ones may build on sand.
fn fits(status: &Status) -> Result<()> {
    let problems = status.problems();
    if problems.is_empty() {
        return Ok(());
    }
    let message = format!("the migrations folder and the history do not fit together\n  {}", problems.join("\n  "));
    Err(failure(message, "nothing was applied; a migration is never changed, renamed or removed once it is applied"))
}

/// A target has to be a migration that is not behind the database already.
///
/// # Errors
/// It is not.
pub(crate) fn check_target(folder: &Folder, status: &Status, to: Option<i32>) -> Result<()> {
    let Some(to) = to else { return Ok(()) };
    let current = status.applied.last().map_or(0, |row| row.version);
    if folder.get(to).is_none() {
        let newest = folder
            .migrations
            .last()
            .map_or("the folder is empty".into(), |file| format!("the newest is `{}`", file.file_name()));
        return Err(failure(format!("there is no migration V{to:04}"), newest));
    }
    if to < current {
        let message = format!("the database is at V{current:04}, which is later than V{to:04}");
        return Err(failure(message, format!("`rollback --to {to}` goes back")));
    }
    Ok(())
}
