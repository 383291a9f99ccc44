//! Which databases the last run of a command came to a good end with, kept in the cache for `--resume`: written anew
//! after each, so that a run that is killed has its place, too.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Act;
use super::targets::Goal;
use crate::error::{failure, refusal};
use crate::project::Project;
use crate::talk::Talk;

/// What a run does: its options and the files that it reads. What is done of something else is not done of this.
pub(super) struct Input {
    hash: String,
    folders: Vec<PathBuf>,
    stamps: Vec<Stamp>,
}

/// A file, its length and when it was written.
type Stamp = (PathBuf, u64, Option<SystemTime>);

impl Input {
    /// Reads all of it.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(super) fn of(project: &Project, act: &Act) -> Result<Input> {
        let folders: Vec<PathBuf> = act.folders.iter().map(|folder| project.root.join(folder)).collect();
        let stamps = stamps(&folders);
        let config = &project.config;
        let options = (&act.options, &config.namespaces, &config.ignore, &config.tenant_setting);
        let mut hasher = Sha256::new();
        hasher.update(format!("{} {options:?}", env!("CARGO_PKG_VERSION")));
        for (path, length, _) in &stamps {
            hasher.update(format!("\0{}\0{length}\0", path.display()));
            hasher.update(std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?);
        }
        Ok(Input { hash: short(&hasher.finalize()), folders, stamps })
    }

    /// Whether the files are still those that were read.
    pub(super) fn is_unchanged(&self) -> bool {
        stamps(&self.folders) == self.stamps
    }
}

/// The files of folders, sorted. What cannot be read is left to those who need it.
fn stamps(folders: &[PathBuf]) -> Vec<Stamp> {
    let mut todo: Vec<PathBuf> = folders.to_vec();
    let mut all = Vec::new();
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.path().metadata() {
                Ok(metadata) if metadata.is_dir() => todo.push(entry.path()),
                Ok(metadata) if metadata.is_file() => {
                    all.push((entry.path(), metadata.len(), metadata.modified().ok()));
                }
                _ => {}
            }
        }
    }
    all.sort();
    all
}

fn short(hash: &[u8]) -> String {
    hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

/// What is remembered: of which input, and the databases with where they are.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Remembered {
    input: String,
    done: BTreeMap<String, Done>,
}

/// A database that a run came to a good end with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Done {
    /// Where it is.
    pub(super) place: String,
    /// Which one it was, and how far it had come; nothing where it did not say.
    pub(super) stamp: Option<String>,
}

/// The memory of a command in a project.
pub(super) struct Memory {
    /// `None` where there is nowhere to keep anything.
    path: Option<PathBuf>,
    kept: Remembered,
}

impl Memory {
    /// That of a command.
    ///
    /// # Errors
    /// The project's folder is gone.
    pub(super) fn of(project: &Project, command: &str) -> Result<Memory> {
        let root = project.root.canonicalize().context("cannot find the project's folder")?;
        let name = short(&Sha256::digest(root.as_os_str().as_encoded_bytes()));
        let cache = project.cache_dir().ok();
        let path = cache.map(|cache| cache.join("runs").join(format!("{name}_{command}.json")));
        Ok(Memory { path, kept: Remembered::default() })
    }

    /// What the last run came to a good end with, and where that was.
    ///
    /// # Errors
    /// There was none, it cannot be read, or it did something else: a refusal.
    pub(super) fn recall(&self, input: &Input) -> Result<BTreeMap<String, Done>> {
        let none = || failure("no run of this command is remembered", "run it once without `--resume`");
        let path = self.path.as_ref().ok_or_else(none)?;
        let text = match std::fs::read_to_string(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(none()),
            text => text.with_context(|| format!("cannot read `{}`", path.display()))?,
        };
        let kept: Remembered = serde_json::from_str(&text).map_err(|_| none())?;
        if kept.input != input.hash {
            let message =
                "the last run of this command had other options or files: what it did says nothing of this one";
            return Err(refusal(
                message,
                "without `--resume` all are visited; what is done there already is found out",
            ));
        }
        Ok(kept.done)
    }

    /// Begins anew, with what was done before.
    pub(super) fn begin(&mut self, input: &Input, done: BTreeMap<String, Done>, talk: &Talk) {
        self.kept = Remembered { input: input.hash.clone(), done };
        self.keep(talk);
    }

    /// One more is done.
    pub(super) fn note(&mut self, goal: &Goal, stamp: Option<String>, talk: &Talk) {
        let done = Done { place: goal.place.clone(), stamp };
        self.kept.done.insert(goal.name.clone(), done);
        self.keep(talk);
    }

    /// Writes it. That it cannot be is no reason to stop, and is said once.
    fn keep(&mut self, talk: &Talk) {
        let Some(path) = &self.path else { return };
        if let Err(error) = write(path, &self.kept) {
            talk.warn(format!("`--resume` will not know of this run: {error:#}"));
            self.path = None;
        }
    }
}

/// Writes the file as a whole or not at all.
fn write(path: &Path, kept: &Remembered) -> Result<()> {
    let cannot = || format!("cannot write `{}`", path.display());
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(cannot)?;
    let file = tempfile::NamedTempFile::new_in(folder).with_context(cannot)?;
    serde_json::to_writer(&file, kept).with_context(cannot)?;
    file.persist(path).with_context(cannot)?;
    Ok(())
}
