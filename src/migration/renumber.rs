//! New numbers for files that are not applied: after two branches made the same one, or one came late.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tokio_postgres::Client;

use super::folder::entries;
use super::history::{self, Applied};
use super::name::{Entry, classify, file_name};
use super::record::{self, Direction};
use super::script;
use crate::error::failure;
use crate::sql::split;

/// A file, and what it is to be called.
pub type Move = (PathBuf, PathBuf);

/// Which files of a folder take another name, so that those that are not applied follow the newest applied one without
/// a gap, in the order that they have. Ways back move with their migrations.
///
/// # Errors
/// The folder or the history cannot be read.
pub async fn renumbering(client: &Client, dir: &Path) -> Result<Vec<Move>> {
    let mut applied = history::read(client).await?;
    let files: Vec<(String, PathBuf)> = entries(dir)?.into_iter().filter(|(_, path)| path.is_file()).collect();
    applied.extend(half_done(client, &files).await?);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let numbers = renumbered(&names, &applied)?;
    let renamed = numbers.into_iter().map(|(from, to)| (dir.join(from), dir.join(to)));
    Ok(renamed.collect())
}

/// A file that has begun and is not finished has its number in the database, too: it keeps it.
async fn half_done(client: &Client, files: &[(String, PathBuf)]) -> Result<Option<Applied>> {
    let Some(found) = record::read(client).await?.filter(|found| found.direction == Direction::Up) else {
        return Ok(None);
    };
    for (file, path) in files {
        if let Entry::Up(version, name) = classify(file)
            && version == found.version
            && let Ok((sql, false)) = script::read_file(path)?
            && split(&sql).is_ok_and(|statements| found.fits(&statements))
        {
            return Ok(Some(Applied { version, name, applied_on: String::new(), checksum: 0 }));
        }
    }
    Ok(None)
}

/// The renames, old name and new name, in the order of the numbers.
fn renumbered(files: &[&str], applied: &[Applied]) -> Result<Vec<(String, String)>> {
    let is_applied = |version: i32, name: &str| applied.iter().any(|row| row.version == version && row.name == name);
    let mut waiting: Vec<(i32, String)> = files
        .iter()
        .filter_map(|file| match classify(file) {
            Entry::Up(version, name) if !is_applied(version, &name) => Some((version, name)),
            _ => None,
        })
        .collect();
    waiting.sort();
    let mut next = applied.iter().map(|row| row.version).max().unwrap_or(0);
    let mut out = Vec::new();
    for (version, name) in waiting {
        next = next.checked_add(1).context("the migration numbers are used up")?;
        if next == version {
            continue;
        }
        let (from, to) = (file_name(version, &name), file_name(next, &name));
        let down = |file: &str| file.replace(".sql", ".down.sql");
        if files.contains(&down(&from).as_str()) {
            out.push((down(&from), down(&to)));
        }
        out.push((from, to));
    }
    Ok(out)
}

/// Renames the files, never over one that is there.
///
/// # Errors
/// A file cannot be renamed. What was renamed before it stays so, and a second run goes on.
pub fn renumber(moves: &[Move]) -> Result<()> {
    let mut left: Vec<&Move> = moves.iter().collect();
    while !left.is_empty() {
        let before = left.len();
        let mut blocked = Vec::new();
        for one in left {
            let (from, to) = one;
            if to.exists() {
                blocked.push(one);
                continue;
            }
            fs::rename(from, to).with_context(|| format!("cannot rename `{}`", from.display()))?;
        }
        if blocked.len() == before {
            let names: Vec<String> = blocked.iter().map(|(_, to)| format!("`{}`", to.display())).collect();
            return Err(failure(format!("there is a file in the way: {}", names.join(", ")), "move it away"));
        }
        left = blocked;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(version: i32, name: &str) -> Applied {
        Applied { version, name: name.into(), applied_on: String::new(), checksum: 0 }
    }

    fn moves(files: &[&str], applied: &[Applied]) -> Vec<String> {
        renumbered(files, applied).unwrap().iter().map(|(from, to)| format!("{from} {to}")).collect()
    }

    #[test]
    fn files_that_are_not_applied_follow_the_newest_that_is() {
        let files =
            ["V0001__a.sql", "V0002__b.sql", "V0002__mine.sql", "V0002__mine.down.sql", "V0003__c.sql", "V0007__d.sql"];
        let expected = [
            "V0002__mine.down.sql V0004__mine.down.sql",
            "V0002__mine.sql V0004__mine.sql",
            "V0007__d.sql V0005__d.sql",
        ];
        assert_eq!(moves(&files, &[row(1, "a"), row(2, "b"), row(3, "c")]), expected);
        assert_eq!(moves(&files[..2], &[row(1, "a")]), Vec::<String>::new());
        assert_eq!(moves(&["V0002__x.sql", "V0002__y.sql"], &[row(1, "gone")]), ["V0002__y.sql V0003__y.sql"]);
    }

    #[test]
    fn a_chain_of_renames_never_writes_over_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        for name in ["2", "3", "4"] {
            fs::write(path(name), name).unwrap();
        }
        let chain = [(path("2"), path("3")), (path("3"), path("4")), (path("4"), path("5"))];
        renumber(&chain).unwrap();
        assert_eq!(["3", "4", "5"].map(|name| fs::read_to_string(path(name)).unwrap()), ["2", "3", "4"]);
        assert!(renumber(&[(path("3"), path("4"))]).is_err());
    }
}
