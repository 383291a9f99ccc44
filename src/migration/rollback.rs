//! Going back: the down files, newest first, each with its history row in one transaction.

use std::time::Instant;

use anyhow::{Context as _, Result};
use tokio_postgres::Client;

use super::beside::Beside;
use super::folder::{Folder, MigrationFile};
use super::history::{self, HISTORY};
use super::lock::{Lock, direct, shown};
use super::permit::Guard;
use super::record::{self, Direction};
use super::run::{Setup, run_file};
use super::runner::{AppliedFile, Options, Report};
use super::script;
use super::session::Session;
use super::status::{Status, compare};
use crate::error::failure;

/// Goes back to a version, or by one migration without it: applies the down files, newest first, and takes their rows
/// out of the history. Which hazards may come true, the options permit.
///
/// # Errors
/// A refusal when a way back has a hazard that is not allowed; a failure when a way back is missing, the files and the
/// history do not fit together, or a file fails. What went back before a failing file stays so.
pub async fn rollback(
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
    if report.applied.is_empty() {
        beside.talk.say("nothing to roll back");
    }
    Ok(report)
}

async fn under_lock(
    client: &mut Client,
    folder: &Folder,
    options: &Options,
    beside: &Beside<'_>,
    lock: &Lock,
) -> Result<Report> {
    let status = compare(folder, history::read(client).await?)?;
    let target = target(&status, options.to)?;
    let newest = status.applied.last().map(|row| row.version);
    let found = record::read(client).await?;
    if let Some(found) = &found
        && (found.direction == Direction::Up || newest != Some(found.version))
    {
        return Err(found.in_the_way());
    }
    let ways = ways_back(&status, folder, target)?;
    if let (Some(found), true) = (&found, ways.first().is_none_or(|file| file.transactional)) {
        return Err(found.in_the_way());
    }
    let files: Vec<&MigrationFile> = ways.iter().collect();
    let guard = Guard::open(client, options, &files, Direction::Down, beside.talk).await?;
    let session = Session::note(client, options).await?;
    let setup = Setup { lock, session: &session, options, beside, direction: Direction::Down, opening: "" };
    let result = run_all(client, setup, &ways, guard.as_ref()).await;
    let restored = client.batch_execute(&session.found).await;
    let report = result?;
    restored.context("everything went back, but the session's settings could not be put back")?;
    Ok(report)
}

async fn run_all(
    client: &mut Client,
    setup: Setup<'_>,
    ways: &[MigrationFile],
    guard: Option<&Guard<'_>>,
) -> Result<Report> {
    let mut report = Report::default();
    let mut before = Vec::new();
    let files: Vec<&MigrationFile> = ways.iter().collect();
    for (at, file) in ways.iter().enumerate() {
        let begun = Instant::now();
        let forget = format!("DELETE FROM {HISTORY} WHERE version = {};", file.version);
        let opening = match guard {
            Some(guard) => guard.check(client, file, files.get(at + 1..).unwrap_or_default(), &before).await?,
            None => String::new(),
        };
        run_file(client, Setup { opening: &opening, ..setup }, file, &forget, &before).await?;
        let duration = begun.elapsed();
        setup.beside.talk.say(format!("rolled back {} in {}", file.file_name(), shown(duration)));
        before.push(file.file_name());
        report.applied.push(AppliedFile {
            version: file.version,
            name: file.name.clone(),
            file: file.file_name(),
            duration,
        });
    }
    Ok(report)
}

/// The version to go back to; 0 is the time before the first.
fn target(status: &Status, to: Option<i32>) -> Result<i32> {
    let mut newest = status.applied.iter().rev().map(|row| row.version);
    let current = newest.next().unwrap_or(0);
    let Some(to) = to else { return Ok(newest.next().unwrap_or(0)) };
    if to == 0 || status.applied.iter().any(|row| row.version == to) {
        return Ok(to);
    }
    let message = format!("V{to:04} is not applied, so there is no way back to it");
    let hint = match current {
        0 => "no migration is applied".to_owned(),
        _ => format!("the database is at V{current:04}; `--to 0` goes back to the time before the first"),
    };
    Err(failure(message, hint))
}

/// The ways back from what is applied, newest first. What stands in the way is said at once.
fn ways_back(status: &Status, folder: &Folder, target: i32) -> Result<Vec<MigrationFile>> {
    let mut ways = Vec::new();
    let mut problems = Vec::new();
    for row in status.applied.iter().rev().filter(|row| row.version > target) {
        let label = row.label();
        let same = folder.get(row.version).filter(|file| file.checksum == row.checksum && file.name == row.name);
        let Some(file) = same else {
            problems.push(match folder.get(row.version) {
                None => format!("`{label}.sql` is not in the folder"),
                Some(_) => format!("`{label}.sql` is not what was applied, so its way back may not be either"),
            });
            continue;
        };
        let Some(down) = &file.down else {
            problems.push(format!("`{label}.sql` has no way back: `{label}.down.sql` is not there"));
            continue;
        };
        match script::read_file(down)? {
            Ok((sql, transactional)) => {
                ways.push(MigrationFile { path: down.clone(), sql, transactional, down: None, ..file.clone() });
            }
            Err(faults) => problems.extend(faults),
        }
    }
    if problems.is_empty() {
        return Ok(ways);
    }
    let message = format!("there is no way back to V{target:04}\n  {}", problems.join("\n  "));
    Err(failure(
        message,
        "nothing was rolled back; bring the files back from version control, or write what is missing",
    ))
}
