//! Going back: the down files, newest first, each with its history row in one transaction.

use std::collections::BTreeSet;
use std::time::Instant;

use anyhow::{Context as _, Result};
use tokio_postgres::Client;

use super::beside::Beside;
use super::folder::{Folder, MigrationFile};
use super::history::{self, HISTORY};
use super::lock::{Lock, direct, shown};
use super::record::{self, Direction};
use super::run::{Setup, run_file};
use super::runner::{AppliedFile, Options, Report};
use super::script;
use super::session::Session;
use super::status::{Status, compare};
use crate::error::{failure, refusal};
use crate::hazard::{CANNOT_UNDO, Head};

/// A way back that is about to be taken.
struct Back {
    /// The down file.
    file: MigrationFile,
    /// Hazards that are not allowed, and why.
    refused: Vec<String>,
}

/// Goes back to a version, or by one migration without it: applies the down files, newest first, and takes their rows
/// out of the history. `allowed` are the hazards that may come true.
///
/// # Errors
/// A refusal when a way back has a hazard that is not allowed; a failure when a way back is missing, the files and the
/// history do not fit together, or a file fails. What went back before a failing file stays so.
pub async fn rollback(
    client: &mut Client,
    folder: &Folder,
    options: &Options,
    allowed: &BTreeSet<&'static str>,
    beside: impl Into<Beside<'_>>,
) -> Result<Report> {
    let beside = beside.into();
    direct(client, beside.watcher).await?;
    let lock = Lock::take(client, HISTORY, options.wait_for_lock, &beside).await?;
    let result = under_lock(client, folder, options, allowed, &beside, &lock).await;
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
    allowed: &BTreeSet<&'static str>,
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
    let ways = ways_back(&status, folder, target, allowed)?;
    if let (Some(found), true) = (&found, ways.first().is_none_or(|way| way.file.transactional)) {
        return Err(found.in_the_way());
    }
    refuse(&ways)?;
    let session = Session::note(client, options).await?;
    let setup = Setup { lock, session: &session, options, beside, direction: Direction::Down, opening: "" };
    let result = run_all(client, setup, &ways).await;
    let restored = client.batch_execute(&session.found).await;
    let report = result?;
    restored.context("everything went back, but the session's settings could not be put back")?;
    Ok(report)
}

async fn run_all(client: &mut Client, setup: Setup<'_>, ways: &[Back]) -> Result<Report> {
    let mut report = Report::default();
    let mut before = Vec::new();
    for Back { file, .. } in ways {
        let begun = Instant::now();
        let forget = format!("DELETE FROM {HISTORY} WHERE version = {};", file.version);
        run_file(client, setup, file, &forget, &before).await?;
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
fn ways_back(status: &Status, folder: &Folder, target: i32, allowed: &BTreeSet<&'static str>) -> Result<Vec<Back>> {
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
                let refused = refused(&sql, allowed);
                let file = MigrationFile { path: down.clone(), sql, transactional, down: None, ..file.clone() };
                ways.push(Back { file, refused });
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

/// What the head of a down file says that is not allowed. One that was written by hand says nothing.
fn refused(sql: &str, allowed: &BTreeSet<&'static str>) -> Vec<String> {
    let head = Head::read(sql);
    let rules = head.hazards.unwrap_or_default().into_iter();
    let rules = rules.filter(|rule| rule.refused && !allowed.contains(rule.name));
    let mut out: Vec<String> = rules.map(|rule| format!("{}: {}", rule.name, rule.effect)).collect();
    if !allowed.contains(CANNOT_UNDO.name) {
        out.extend(head.lost.iter().map(|lost| format!("{}: {lost} does not come back", CANNOT_UNDO.name)));
    }
    out
}

fn refuse(ways: &[Back]) -> Result<()> {
    let dangerous = ways.iter().filter(|way| !way.refused.is_empty());
    let lines: Vec<String> =
        dangerous.flat_map(|way| way.refused.iter().map(|why| format!("  {}: {why}", way.file.file_name()))).collect();
    if lines.is_empty() {
        return Ok(());
    }
    let names = ways.iter().flat_map(|way| &way.refused).filter_map(|why| why.split_once(':'));
    let names: BTreeSet<&str> = names.map(|(name, _)| name).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let message = format!("the way back is dangerous and was not taken\n{}", lines.join("\n"));
    Err(refusal(message, format!("if that is meant, pass `--allow {}`", names.join(","))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_way_back_says_what_is_refused() {
        let sql = "-- the way back from: x\n-- hazards: breaks_code, deletes_data\n-- does not bring back column `a`\n\n\
                   -- hazards: rewrites_table\nselect 1;";
        let none = refused(sql, &BTreeSet::new());
        assert_eq!(none.len(), 2, "{none:?}");
        assert!(none[0].starts_with("deletes_data: ") && none[1] == "cannot_undo: column `a` does not come back");
        assert_eq!(refused(sql, &BTreeSet::from(["deletes_data", "cannot_undo"])), Vec::<String>::new());
        assert_eq!(refused("drop table t;", &BTreeSet::new()), Vec::<String>::new());
    }
}
