//! `dbtool pull`: the live database as `schema/*.toml`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::command::{Session, tell_unmanaged};
use crate::compare::{leave_partitions, worded};
use crate::database::Database;
use crate::error::{Exit, Hint as _, failure};
use crate::inspect::{Inspected, inspect};
use crate::kind::Object;
use crate::load::{Loaded, load};
use crate::pull::role::keep_named;
use crate::pull::{Before, pull};

/// Write the live database as TOML files
///
/// One file a table, and one for what tables share. Files that are there already are brought up to date: comments,
/// order and layout stay, and what does not differ is not touched.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder to write to; the project's schema/ if it is not said
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// The database cannot be read, files that are there have mistakes, or something cannot be declared; nothing is written
/// then.
pub async fn run(args: Args, session: &Session) -> anyhow::Result<Exit> {
    let folder = args.out.unwrap_or_else(|| session.project.schema_dir());
    let shown = folder.display().to_string();
    let shown = shown.trim_end_matches('/');
    let loaded = if has_files(&folder)? { Some(load(&folder, shown)?) } else { None };
    let database = session.connect(Vec::new).await?;
    let outcome: anyhow::Result<_> = async {
        let scope = session.scope();
        let mut inspected = inspect(&database, &scope).await?;
        if let Some(loaded) = &loaded {
            leave_partitions(&mut inspected, &loaded.schema);
        }
        loaded.iter().for_each(|loaded| loaded.not_ours.take_out_of(&mut inspected));
        let files = texts(&database, &inspected, loaded.as_ref(), shown, session).await?;
        Ok((inspected, files))
    }
    .await;
    let (inspected, files) = outcome.map_err(|error| database.explain(error))?;
    let changes = Changes::between(loaded.as_ref(), &files);
    changes.write(&folder, shown)?;
    tell(&inspected, &changes, session);
    Ok(Exit::Done)
}

fn has_files(folder: &Path) -> anyhow::Result<bool> {
    if !folder.exists() {
        return Ok(false);
    }
    let hint = "`--out` takes the folder to write to";
    let entries = fs::read_dir(folder).hint(hint).with_context(|| format!("cannot read `{}`", folder.display()))?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    Ok(names.into_iter().any(|name| name.ends_with(".toml") && !name.starts_with('.')))
}

async fn texts(
    database: &Database,
    inspected: &Inspected,
    loaded: Option<&Loaded>,
    folder: &str,
    session: &Session,
) -> anyhow::Result<BTreeMap<String, String>> {
    let mut live = inspected.schema.clone();
    keep_named(&mut live, loaded.map(|loaded| &loaded.schema));
    let live = &live;
    let Some(loaded) = loaded else { return pull(live, folder, None) };
    let (worded, unasked) = worded(database, live, loaded).await?;
    if let Some(why) = unasked {
        session.talk.warn("the server could not be asked for its wording: what is worded otherwise is written anew");
        session.talk.detail(why);
    }
    let scope = &inspected.scope;
    // What the database was not asked about stays as it is declared.
    pull(live, folder, Some(&Before { loaded, worded: &worded, folder, in_scope: &|id| !scope.leaves_out(id) }))
}

/// What happens to the files, by their paths.
#[derive(Debug, Default)]
struct Changes<'a> {
    written: Vec<(&'a str, &'a str)>,
    changed: Vec<(&'a str, &'a str)>,
    removed: Vec<&'a str>,
    unchanged: usize,
}

impl<'a> Changes<'a> {
    fn between(loaded: Option<&'a Loaded>, files: &'a BTreeMap<String, String>) -> Self {
        let sources = loaded.map_or(&[][..], |loaded| &loaded.sources);
        let mut changes = Self::default();
        for (path, text) in files {
            match sources.iter().find(|source| source.path == *path) {
                Some(source) if source.text == *text => changes.unchanged += 1,
                Some(_) => changes.changed.push((path, text)),
                None => changes.written.push((path, text)),
            }
        }
        changes.removed = sources.iter().map(|s| s.path.as_str()).filter(|path| !files.contains_key(*path)).collect();
        changes
    }

    /// Writes each file beside its place first, so that no file is ever there by half.
    fn write(&self, folder: &Path, shown: &str) -> anyhow::Result<()> {
        let real = |path: &str| folder.join(path.strip_prefix(shown).unwrap_or(path).trim_start_matches('/'));
        let hint = "the folder and its files have to be ones that you may write to";
        fs::create_dir_all(folder).hint(hint).with_context(|| format!("cannot create `{shown}`"))?;
        let mut ready = Vec::new();
        let outcome = self.written.iter().chain(&self.changed).try_for_each(|(path, text)| {
            let target = real(path);
            let beside = folder.join(format!(".pull-{}-{}", std::process::id(), ready.len()));
            ready.push((beside.clone(), target.clone()));
            write_beside(&beside, &target, text).with_context(|| format!("cannot write `{path}`"))
        });
        let outcome = outcome.and_then(|()| {
            ready.iter().try_for_each(|(beside, target)| {
                fs::rename(beside, target).with_context(|| format!("cannot write `{}`", target.display()))
            })
        });
        if outcome.is_err() {
            // What could not take its place is of no use to anybody.
            ready.iter().for_each(|(beside, _)| drop(fs::remove_file(beside)));
        }
        outcome.hint(hint)?;
        for path in &self.removed {
            fs::remove_file(real(path)).hint(hint).with_context(|| format!("cannot remove `{path}`"))?;
        }
        Ok(())
    }
}

/// The new text beside the file that it will replace, with that file's line ends and permissions.
fn write_beside(beside: &Path, target: &Path, text: &str) -> anyhow::Result<()> {
    let old = fs::read_to_string(target).ok();
    if old.is_none() && target.exists() {
        return Err(failure(format!("`{}` is in the way", target.display()), "move it away"));
    }
    let text = match old {
        Some(old) if old.contains("\r\n") => text.replace('\n', "\r\n"),
        _ => text.to_owned(),
    };
    fs::write(beside, text)?;
    if let Ok(before) = fs::metadata(target) {
        fs::set_permissions(beside, before.permissions())?;
    }
    Ok(())
}

/// The summary, and what was seen and is not in the files.
fn tell(inspected: &Inspected, changes: &Changes<'_>, session: &Session) {
    let talk = &session.talk;
    let lines = [("new", &changes.written), ("changed", &changes.changed)];
    for (word, files) in lines {
        files.iter().for_each(|(path, _)| talk.say(format!("{path}: {word}")));
    }
    changes.removed.iter().for_each(|path| talk.say(format!("{path}: removed")));
    for (id, entry) in inspected.schema.iter() {
        if matches!(&entry.object, Object::Index(index) if !index.valid) {
            talk.warn(format!("{id} is the rest of a build that failed: it is written as it was meant to be"));
        }
    }
    tell_unmanaged(&inspected.unmanaged, talk);
    let counts = [
        (changes.written.len(), "new"),
        (changes.changed.len(), "changed"),
        (changes.removed.len(), "removed"),
        (changes.unchanged, "unchanged"),
    ];
    let said: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    talk.say(format!("files: {}", if said.is_empty() { "none".to_owned() } else { said.join(", ") }));
}
