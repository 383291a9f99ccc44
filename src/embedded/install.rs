//! Installed server programs: which there are, how new, and which extensions they have.
//!
//! Bringing programs where none will do is `fetch`'s part.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};

use super::account::{self, Account};

/// The oldest version that dbtool works with.
const OLDEST: u32 = 15;

/// The programs of one PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Programs {
    /// The folder of `postgres`, `initdb` and `pg_ctl`.
    pub(super) bin_dir: PathBuf,
    /// The folder with `extension/*.control`.
    pub(super) share_dir: PathBuf,
    /// The version, e.g. `18.6`.
    pub(super) version: String,
}

/// Folders where packagers put PostgreSQL: a parent, how its entries begin, and what follows.
const USUAL: [(&str, &str, &str); 8] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/usr/local", "pgsql", "bin"),
    ("/usr/libexec", "postgresql", ""),
    ("/opt/homebrew/opt", "postgresql", "bin"),
    ("/usr/local/opt", "postgresql", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
    ("C:/Program Files/PostgreSQL", "", "bin"),
];

impl Programs {
    /// The programs in a folder, by asking `postgres` for its version.
    pub(super) fn at(bin_dir: &Path) -> anyhow::Result<Self> {
        for name in ["initdb", "pg_ctl"] {
            if !program(bin_dir, name).is_file() {
                bail!("`{}` has no `{name}`", bin_dir.display());
            }
        }
        let postgres = program(bin_dir, "postgres");
        let said = said(account::command(&postgres, None).arg("--version"))
            .with_context(|| format!("`{}` does not run here", postgres.display()))?;
        let version = said.split_whitespace().nth(2).unwrap_or_default().to_owned();
        let share_dir = share_dir(bin_dir, major(&version));
        let share_dir = share_dir.with_context(|| format!("`{}` has no share folder", bin_dir.display()))?;
        Ok(Self { bin_dir: bin_dir.to_owned(), share_dir, version })
    }

    /// The major version; 0 where it cannot be read.
    pub(super) fn major(&self) -> u32 {
        major(&self.version)
    }

    /// Which of these extensions it does not have.
    pub(super) fn missing<'a>(&self, extensions: &'a [String]) -> Vec<&'a str> {
        let has = |name: &str| self.share_dir.join("extension").join(format!("{name}.control")).is_file();
        extensions.iter().map(String::as_str).filter(|name| !has(name)).collect()
    }

    /// Where a program of it is.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        program(&self.bin_dir, name)
    }
}

/// The installed PostgreSQLs that can be used here, newest first.
pub(super) fn installed(search_path: Option<&OsStr>, account: Option<Account>) -> Vec<Programs> {
    let mut folders = on_search_path(search_path);
    folders.extend(USUAL.iter().flat_map(|(parent, prefix, suffix)| entries(parent, prefix, suffix)));
    // A link in `/usr/local/bin` leads to the folder where the companions are.
    let real = |folder: PathBuf| program(&folder, "postgres").canonicalize().ok()?.parent().map(Path::to_owned);
    let mut folders: Vec<PathBuf> = folders.into_iter().filter_map(real).collect();
    folders.sort();
    folders.dedup();
    folders.retain(|folder| account.is_none_or(|account| account.may_enter(folder)));
    let mut found: Vec<Programs> = folders.iter().filter_map(|folder| Programs::at(folder).ok()).collect();
    found.retain(|programs| programs.major() >= OLDEST);
    found.sort_by_key(|programs| std::cmp::Reverse(numbers(&programs.version)));
    found
}

/// ` with `a` and `b``, or nothing: for messages that say which PostgreSQL was looked for.
pub(super) fn with(extensions: &[String]) -> String {
    let names: Vec<String> = extensions.iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => format!(" with {last}"),
        Some((last, others)) => format!(" with {} and {last}", others.join(", ")),
    }
}

/// A program by name on the search path.
pub(super) fn on_path(search_path: Option<&OsStr>, name: &str) -> Option<PathBuf> {
    std::env::split_paths(search_path?).map(|folder| program(&folder, name)).find(|path| path.is_file())
}

/// The folders of the search path, and the one that `pg_config` names.
fn on_search_path(search_path: Option<&OsStr>) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = search_path.map(|path| std::env::split_paths(path).collect()).unwrap_or_default();
    let named =
        on_path(search_path, "pg_config").and_then(|pg_config| said(Command::new(pg_config).arg("--bindir")).ok());
    folders.extend(named.map(|folder| PathBuf::from(folder.trim())));
    folders
}

fn entries(parent: &str, prefix: &str, suffix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let named = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix));
    named.map(|entry| entry.path().join(suffix)).collect()
}

/// The share folder: `pg_config` knows it, but is not installed everywhere; packagers have a few habits.
fn share_dir(bin_dir: &Path, major: u32) -> Option<PathBuf> {
    let asked = said(Command::new(program(bin_dir, "pg_config")).arg("--sharedir")).ok();
    let root = bin_dir.parent()?;
    let habits = [
        root.join("share"),
        root.join("share/postgresql"),
        root.join(format!("share/postgresql@{major}")),
        PathBuf::from(format!("/usr/share/postgresql/{major}")),
        PathBuf::from(format!("/usr/share/postgresql{major}")),
        PathBuf::from("/usr/share/pgsql"),
        PathBuf::from("/usr/share/postgresql"),
    ];
    let choices = asked.map(|folder| PathBuf::from(folder.trim())).into_iter().chain(habits);
    // Every PostgreSQL has this one.
    choices.into_iter().find(|folder| folder.join("extension/plpgsql.control").is_file())
}

fn program(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// What a command says on stdout, if it ends well.
fn said(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output()?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn major(version: &str) -> u32 {
    numbers(version).0
}

/// `18.6` is (18, 6); `19beta1` is (19, 1).
fn numbers(version: &str) -> (u32, u32) {
    let mut numbers = version.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let mut next = || numbers.next().and_then(|number| number.parse().ok()).unwrap_or(0);
    (next(), next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_ordered_by_number() {
        assert_eq!([numbers("18.6"), numbers("19beta1"), numbers("")], [(18, 6), (19, 1), (0, 0)]);
        assert!(numbers("15.18") > numbers("15.9"));
    }

    #[test]
    fn missing_extensions_are_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("extension")).unwrap();
        fs::write(folder.path().join("extension/vector.control"), "").unwrap();
        let programs = Programs { bin_dir: "/".into(), share_dir: folder.path().into(), version: "18.6".into() };
        let wanted = ["vector".to_owned(), "postgis".to_owned()];
        assert_eq!(programs.missing(&wanted), ["postgis"]);
        assert_eq!(with(&wanted), " with `vector` and `postgis`");
        assert_eq!(with(&[]), "");
    }

    #[test]
    fn nothing_on_the_search_path_is_no_failure() {
        assert_eq!(on_path(None, "pip"), None);
        assert_eq!(on_path(Some(OsStr::new("/nowhere")), "pip"), None);
    }
}
