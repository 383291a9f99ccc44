//! How the folder and the history stand to each other. Reads only.

use anyhow::{Context, Result};
use tokio_postgres::Client;

use super::folder::{Folder, MigrationFile};
use super::history::{self, Applied, unapplied};
use super::leftover;
use super::lock::{self, Holder};
use super::permit::Foreseen;
use super::record::{self, Direction};

/// What is applied, what is pending, and what does not fit together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// The history, oldest first.
    pub applied: Vec<Applied>,
    /// Files that are not applied yet, in order; those out of order included.
    pub pending: Vec<MigrationFile>,
    /// Applied, and the file says something else now.
    pub changed: Vec<Changed>,
    /// Applied under the number of another file: made in another branch.
    pub taken: Vec<Changed>,
    /// Applied with the same text under another name.
    pub renamed: Vec<Changed>,
    /// Applied, and the file is gone.
    pub missing: Vec<Applied>,
    /// Not applied, although a later one is.
    pub out_of_order: Vec<MigrationFile>,
    /// Who is migrating right now.
    pub running: Option<Holder>,
    /// What is wrong with the folder itself, where that was looked for.
    pub faults: Vec<String>,
    /// What an earlier attempt at a pending file left behind; the next `migrate` clears it and finishes the file.
    pub unfinished: Vec<Unfinished>,
}

/// An applied migration and the file that differs from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// What was applied.
    pub applied: Applied,
    /// What the file is now.
    pub file: MigrationFile,
}

/// A file without a transaction that had begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// The file.
    pub file: String,
    /// The INVALID index that it left, qualified.
    pub index: Option<String>,
    /// How many of its statements are done, where that was recorded.
    pub done: Option<usize>,
    /// Which way it leads.
    pub direction: Direction,
}

impl Unfinished {
    /// What is unfinished, and what finishes it.
    pub fn said(&self) -> String {
        let name = &self.file;
        let command = if self.direction == Direction::Up { "migrate" } else { "rollback" };
        match (&self.index, self.done) {
            (Some(index), _) => {
                format!("`{name}` left the index `{index}` unfinished; `dbtool {command}` drops and builds it")
            }
            (None, done) => {
                let done = done.unwrap_or_default();
                format!("`{name}` was cut off after {done} of its statements; `dbtool {command}` goes on")
            }
        }
    }
}

/// Compares the folder with the history. Changes nothing, not even by making the history table.
///
/// # Errors
/// The history cannot be read.
pub async fn status(client: &Client, folder: &Folder) -> Result<Status> {
    let applied = history::read(client).await?;
    let running = lock::holder(client, history::HISTORY).await?;
    let mut status = Status { running, ..compare(folder, applied)? };
    let direction = Direction::Up;
    for file in status.pending.iter().filter(|file| !file.transactional) {
        let indexes = leftover::of_script(client, &file.sql).await.context("cannot look for unfinished indexes")?;
        let one = |index| Unfinished { file: file.file_name(), index: Some(index), done: None, direction };
        status.unfinished.extend(indexes.into_iter().map(one));
    }
    if status.running.is_none()
        && let Some(found) = record::read(client).await?
    {
        let name = folder.get(found.version).map_or(format!("V{:04}", found.version), MigrationFile::file_name);
        let file = if found.direction == Direction::Down { name.replace(".sql", ".down.sql") } else { name };
        let known = status.unfinished.iter_mut().find(|known| known.file == file);
        match known {
            Some(known) => known.done = Some(found.done),
            None => status.unfinished.push(Unfinished {
                file,
                index: None,
                done: Some(found.done),
                direction: found.direction,
            }),
        }
    }
    Ok(status)
}

/// Compares a folder with a history.
pub(super) fn compare(folder: &Folder, applied: Vec<Applied>) -> Result<Status> {
    let mut status = Status::default();
    let newest = applied.iter().map(|row| row.version).max().unwrap_or(0);
    for row in &applied {
        let Some(file) = folder.nearest(row.version, &row.name) else {
            status.missing.push(row.clone());
            continue;
        };
        if file.checksum == row.checksum && file.name == row.name {
            continue;
        }
        // The checksum covers the name, so a renamed file is told by hashing it under its old name.
        let only_renamed = unapplied(row.version, &row.name, &file.sql)
            .is_ok_and(|old| file.name != row.name && old.name() == row.name && old.checksum() == row.checksum);
        let differing = Changed { applied: row.clone(), file: file.clone() };
        match (only_renamed, file.name == row.name) {
            (true, _) => status.renamed.push(differing),
            (false, true) => status.changed.push(differing),
            (false, false) => status.taken.push(differing),
        }
    }
    for file in &folder.migrations {
        if applied.iter().any(|row| row.version == file.version) {
            continue;
        }
        if file.version < newest {
            status.out_of_order.push(file.clone());
        }
        status.pending.push(file.clone());
    }
    status.applied = applied;
    Ok(status)
}

impl Status {
    /// Everything is applied and fits together, and nobody is migrating.
    pub fn is_clean(&self) -> bool {
        self.pending.is_empty() && self.running.is_none() && self.unfinished.is_empty() && self.problems().is_empty()
    }

    /// What does not fit together, a line each with its remedy; empty if folder and history agree.
    pub fn problems(&self) -> Vec<String> {
        let changed = self.changed.iter().map(|c| {
            let (file, on) = (c.file.file_name(), &c.applied.applied_on);
            format!("`{file}` was changed after it was applied on {on}; bring its text back and make a new migration")
        });
        let taken = self.taken.iter().map(|c| {
            let (file, label, on) = (c.file.file_name(), c.applied.label(), &c.applied.applied_on);
            format!(
                "`{file}` has the number of `{label}`, which was applied on {on} and made in another branch; bring \
                 `{label}.sql` here from there, then `dbtool migrations renumber` gives this one the next number"
            )
        });
        let renamed = self
            .renamed
            .iter()
            .map(|c| format!("`{}` was applied as `{}`; give it its name back", c.file.file_name(), c.applied.label()));
        let missing = self.missing.iter().map(|row| {
            let (label, on) = (row.label(), &row.applied_on);
            format!(
                "`{label}.sql` is gone but was applied on {on}; bring it back from version control, of another branch \
                 perhaps; if it is lost, undo what it did and `DELETE FROM {} WHERE version = {}`",
                history::HISTORY,
                row.version
            )
        });
        let newest = self.applied.last().map(Applied::label).unwrap_or_default();
        let out_of_order = self.out_of_order.iter().map(|file| {
            let name = file.file_name();
            format!("`{name}` is not applied but the later `{newest}` is; `dbtool migrations renumber` gives it the next number")
        });
        let faults = self.faults.iter().cloned();
        faults.chain(changed).chain(taken).chain(renamed).chain(missing).chain(out_of_order).collect()
    }

    /// The pending files up to a version.
    pub fn pending_to(&self, to: Option<i32>) -> impl Iterator<Item = &MigrationFile> {
        self.pending.iter().filter(move |file| to.is_none_or(|to| file.version <= to))
    }
}

/// The SQL that `migrate` would run, a header line with the file's name before each.
pub fn dry_run(status: &Status, to: Option<i32>, dangers: &[Vec<Foreseen>]) -> String {
    let mut out = String::new();
    for (at, file) in status.pending_to(to).enumerate() {
        out.push_str(&format!("-- {}\n", file.file_name()));
        let told = dangers.get(at).into_iter().flatten().map(|danger| &danger.told);
        told.for_each(|told| out.push_str(&format!("-- {told}\n")));
        let end = if file.sql.ends_with('\n') { "" } else { "\n" };
        out.push_str(&format!("{}{end}", file.sql));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(version: i32, name: &str, sql: &str) -> MigrationFile {
        MigrationFile {
            version,
            name: name.into(),
            path: format!("m/V{version:04}__{name}.sql").into(),
            sql: sql.into(),
            transactional: true,
            down: None,
            checksum: unapplied(version, name, sql).unwrap().checksum(),
        }
    }

    fn row(version: i32, name: &str, sql: &str) -> Applied {
        let checksum = unapplied(version, name, sql).unwrap().checksum();
        Applied { version, name: name.into(), applied_on: "2026-01-02T03:04:05Z".into(), checksum }
    }

    #[test]
    fn each_way_to_differ_is_told_apart() {
        let migrations = vec![
            file(1, "a", "1"),
            file(2, "b", "2 "),
            file(3, "new_name", "3"),
            file(4, "d", "4"),
            file(6, "mine", "6"),
            file(6, "theirs", "66"),
            file(7, "g", "7"),
            file(8, "h", "8"),
        ];
        let rows =
            [(1, "a", "1"), (2, "b", "2"), (3, "old_name", "3"), (5, "e", "5"), (6, "theirs", "66"), (7, "x", "y")];
        let applied = rows.map(|(version, name, sql)| row(version, name, sql)).to_vec();
        let status = compare(&Folder { migrations }, applied).unwrap();
        assert_eq!(status.pending.iter().map(|f| f.version).collect::<Vec<_>>(), [4, 8]);
        let problems = status.problems();
        let starts = [
            "`V0002__b.sql` was changed after it was applied on 2026",
            "`V0007__g.sql` has the number of `V0007__x`, which was applied on 2026",
            "`V0003__new_name.sql` was applied as `V0003__old_name`",
            "`V0005__e.sql` is gone",
            "`V0004__d.sql` is not applied but the later `V0007__x` is",
        ];
        assert_eq!(problems.len(), starts.len(), "{problems:#?}");
        for (problem, start) in problems.iter().zip(starts) {
            assert!(problem.starts_with(start), "{problem}");
        }
        assert!(!status.is_clean());
    }

    #[test]
    fn a_dry_run_shows_what_is_pending_up_to_the_target() {
        let folder = Folder { migrations: vec![file(1, "a", "1;\n"), file(2, "b", "2;"), file(3, "c", "3;")] };
        let status = compare(&folder, vec![row(1, "a", "1;\n")]).unwrap();
        assert_eq!(dry_run(&status, Some(2), &[]), "-- V0002__b.sql\n2;\n");
        assert_eq!(dry_run(&status, None, &[]), "-- V0002__b.sql\n2;\n-- V0003__c.sql\n3;\n");
    }
}
