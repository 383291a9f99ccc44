//! The migrations folder, read and checked before refinery sees it.
//!
//! refinery passes over misnamed files, misses two files with one version and hashes whatever line ends the checkout
//! has. So the folder is read here, all its faults are said at once, and refinery gets the normalised text.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use refinery_core::Migration;

use super::history::unapplied;
use super::name::{Entry, classify, file_name};
use super::script;
use crate::error::{Hint, failure};

/// The migrations of a folder, in the order of their numbers, which run from 1 without a gap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folder {
    /// The migrations.
    pub migrations: Vec<MigrationFile>,
}

/// A migration file that passed every check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationFile {
    /// Its number.
    pub version: i32,
    /// Its name: `add_invoices` of `V0007__add_invoices.sql`.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its text, normalised: what is hashed and what runs.
    pub sql: String,
    /// Whether it runs in one transaction together with its history row.
    pub transactional: bool,
    /// Its way back, if there is one.
    pub down: Option<PathBuf>,
    /// refinery's checksum of version, name and text.
    pub checksum: u64,
}

impl MigrationFile {
    /// The file's name without its folder.
    pub fn file_name(&self) -> String {
        self.path.file_name().map_or_else(|| file_name(self.version, &self.name), |f| f.to_string_lossy().into_owned())
    }

    /// The migration as refinery takes it.
    pub(super) fn to_refinery(&self) -> Result<Migration> {
        unapplied(self.version, &self.name, &self.sql)
    }
}

impl Folder {
    /// Reads and checks a folder. A folder that is not there holds no migrations.
    ///
    /// # Errors
    /// The folder cannot be read, or anything in it is wrong; the error says everything that is.
    pub fn read(dir: &Path) -> Result<Folder> {
        let (folder, faults) = Folder::survey(dir)?;
        if faults.is_empty() {
            return Ok(folder);
        }
        let count = if faults.len() == 1 { "a fault".to_owned() } else { format!("{} faults", faults.len()) };
        let message = format!("the migrations folder `{}` has {count}\n{}", dir.display(), faults.join("\n"));
        Err(failure(message, "nothing was run; put the files right and run it again"))
    }

    /// What of a folder can be read, and everything that is wrong with it. Where something is, nothing of it may run.
    ///
    /// # Errors
    /// The folder or a file in it cannot be read.
    pub fn survey(dir: &Path) -> Result<(Folder, Vec<String>)> {
        let mut reading = Reading::default();
        for (file, path) in entries(dir)? {
            reading.sort_in(&file, path);
        }
        let files = reading.read_scripts()?;
        reading.check_ways_back();
        reading.check_numbers();
        Ok((Folder { migrations: files }, reading.complaints))
    }

    /// The number that the next migration takes.
    ///
    /// # Errors
    /// The numbers are used up.
    pub fn next_version(&self) -> Result<i32> {
        let last = self.migrations.last().map_or(0, |file| file.version);
        last.checked_add(1).context("the migration numbers are used up")
    }

    /// The migration with a number.
    pub fn get(&self, version: i32) -> Option<&MigrationFile> {
        self.migrations.iter().find(|file| file.version == version)
    }

    /// The migration with a number and a name, else one with the number.
    pub(super) fn nearest(&self, version: i32, name: &str) -> Option<&MigrationFile> {
        let same = self.migrations.iter().find(|file| file.version == version && file.name == name);
        same.or_else(|| self.get(version))
    }
}

/// The entries of a folder by name, sorted, so that complaints come in the same order everywhere.
pub(super) fn entries(dir: &Path) -> Result<Vec<(String, PathBuf)>> {
    let cannot = || format!("cannot read the migrations folder `{}`", dir.display());
    let listing = match fs::read_dir(dir) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.with_context(cannot).hint("`init` makes a project; `--project` names another one")?,
    };
    let mut out = Vec::new();
    for entry in listing {
        let entry = entry.with_context(cannot)?;
        out.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
    }
    out.sort();
    Ok(out)
}

/// What was found so far, and what is wrong with it.
#[derive(Default)]
struct Reading {
    /// By number: the name and path of each file. More than one is a fault.
    up: BTreeMap<i32, Vec<(String, PathBuf)>>,
    down: BTreeMap<(i32, String), PathBuf>,
    /// Numbers of misnamed files: wrong, yet not missing.
    taken: Vec<i32>,
    complaints: Vec<String>,
}

impl Reading {
    fn sort_in(&mut self, file: &str, path: PathBuf) {
        if path.is_dir() {
            if !file.starts_with('.') {
                let message = "a folder inside the migrations folder; migrations stand side by side in one folder";
                self.complaints.push(format!("`{file}`: {message}"));
            }
            return;
        }
        match classify(file) {
            Entry::Other => {}
            Entry::Up(version, name) => self.up.entry(version).or_default().push((name, path)),
            Entry::Down(version, name) => {
                self.down.insert((version, name), path);
            }
            Entry::Wrong { complaint, version } => {
                self.taken.extend(version);
                self.complaints.push(complaint);
            }
        }
    }

    fn read_scripts(&mut self) -> Result<Vec<MigrationFile>> {
        let mut files = Vec::new();
        let mut complaints = Vec::new();
        for (version, same) in &self.up {
            for (name, path) in same {
                match script::read_file(path)? {
                    Ok((sql, transactional)) => files.push(MigrationFile {
                        version: *version,
                        name: name.clone(),
                        path: path.clone(),
                        transactional,
                        down: self.down.get(&(*version, name.clone())).cloned(),
                        checksum: unapplied(*version, name, &sql)?.checksum(),
                        sql,
                    }),
                    Err(faults) => complaints.extend(faults),
                }
            }
        }
        for path in self.down.values() {
            complaints.extend(script::read_file(path)?.err().into_iter().flatten());
        }
        self.complaints.extend(complaints);
        Ok(files)
    }

    /// A way back without its migration is a leftover or a slip of the pen; either way nobody would ever run it.
    fn check_ways_back(&mut self) {
        for ((version, name), path) in &self.down {
            let files = self.up.get(version).map(Vec::as_slice).unwrap_or_default();
            if files.iter().any(|(up, _)| up == name) {
                continue;
            }
            let beside = file_name(*version, name);
            let near = files.first().map(|(_, up)| format!("; V{version:04} is `{}`", bare(up)));
            let message = format!("the way back of `{beside}`, which is not there{}", near.unwrap_or_default());
            self.complaints.push(format!("`{}`: {message}", bare(path)));
        }
    }

    /// One file a number, from 1, without a gap: a gap is a file that somebody forgot to commit.
    fn check_numbers(&mut self) {
        for (version, same) in self.up.iter().filter(|(_, same)| same.len() > 1) {
            let files: Vec<String> = same.iter().map(|(_, path)| format!("`{}`", bare(path))).collect();
            let message = format!(
                "{} have one number; `dbtool migrations renumber` gives the one that is not applied the next",
                files.join(" and ")
            );
            self.complaints.push(format!("V{version:04}: {message}"));
        }
        let mut numbers: Vec<i32> = self.up.keys().chain(&self.taken).copied().collect();
        numbers.sort_unstable();
        let mut expected = 1;
        for number in numbers {
            if number > expected {
                let missing = match number - 1 {
                    last if last == expected => format!("V{expected:04} is missing"),
                    last => format!("V{expected:04} to V{last:04} are missing"),
                };
                self.complaints.push(format!(
                    "{missing}: the numbers run from 0001 without a gap; bring it from version control, or let \
                     `dbtool migrations renumber` close the gap"
                ));
            }
            expected = number.saturating_add(1);
        }
    }
}

/// A path's last part.
fn bare(path: impl AsRef<Path>) -> String {
    path.as_ref().file_name().map(OsStr::to_string_lossy).unwrap_or_default().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(dir.path().join(name), text).unwrap();
        }
        dir
    }

    fn faults(files: &[(&str, &str)]) -> String {
        Folder::read(folder(files).path()).unwrap_err().to_string()
    }

    #[test]
    fn files_come_in_the_order_of_their_numbers_with_their_way_back() {
        let dir = folder(&[
            ("V0002__b.sql", "-- dbtool: no-transaction\nvacuum;"),
            ("V0001__a.sql", "select 1;"),
            ("V0001__a.down.sql", "select 2;"),
            (".gitattributes", "* text"),
            ("README.md", "hello"),
        ]);
        let read = Folder::read(dir.path()).unwrap();
        let shown: Vec<_> = read.migrations.iter().map(|m| (m.version, m.file_name(), m.transactional)).collect();
        assert_eq!(shown, [(1, "V0001__a.sql".into(), true), (2, "V0002__b.sql".into(), false)]);
        assert_eq!(read.migrations[0].down, Some(dir.path().join("V0001__a.down.sql")));
        assert_eq!(read.next_version().unwrap(), 3);
        assert_eq!(read.get(2).map(|m| m.name.as_str()), Some("b"));
    }

    #[test]
    fn a_folder_that_is_not_there_is_empty() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Folder::read(&dir.path().join("none")).unwrap(), Folder::default());
        assert_eq!(Folder::default().next_version().unwrap(), 1);
    }

    #[test]
    fn checksums_are_refinerys_and_do_not_depend_on_line_ends() {
        let unix = folder(&[("V0001__a.sql", "select 1;\nselect 2;\n")]);
        let windows = folder(&[("V0001__a.sql", "\u{feff}select 1;\r\nselect 2;\r\n")]);
        let plain = Migration::unapplied("V1__a", "select 1;\nselect 2;\n").unwrap();
        for dir in [&unix, &windows] {
            assert_eq!(Folder::read(dir.path()).unwrap().migrations[0].checksum, plain.checksum());
        }
    }

    #[test]
    fn all_faults_are_said_at_once() {
        let said = faults(&[
            ("V0001__a.sql", "begin;"),
            ("V0002__b.sql", "select 1"),
            ("V0002__c.sql", "select 1"),
            ("v0003__d.sql", "select 1"),
            ("V0005__e.sql", ""),
            ("V0005__other.down.sql", "select 1"),
            ("V0009__f.sql", "select 1"),
        ]);
        assert!(said.contains("has 7 faults"), "{said}");
        for part in [
            "V0001__a.sql:1:1: `BEGIN`",
            "V0002: `V0002__b.sql` and `V0002__c.sql` have one number",
            "`v0003__d.sql`: a migration begins with a capital `V`",
            "V0005__e.sql: the file is empty",
            "`V0005__other.down.sql`: the way back of `V0005__other.sql`, which is not there; V0005 is `V0005__e.sql`",
            "V0004 is missing",
            "V0006 to V0008 are missing",
        ] {
            assert!(said.contains(part), "{part}\n{said}");
        }
        assert!(!said.contains("V0003 is missing"), "{said}");
    }

    #[test]
    fn folders_inside_and_a_first_number_that_is_not_one_are_faults() {
        let dir = folder(&[("V0002__a.sql", "select 1")]);
        fs::create_dir(dir.path().join("old")).unwrap();
        fs::create_dir(dir.path().join(".git")).unwrap();
        let said = Folder::read(dir.path()).unwrap_err().to_string();
        assert!(said.contains("`old`: a folder inside") && said.contains("V0001 is missing"), "{said}");
        assert!(!said.contains(".git"), "{said}");
    }
}
