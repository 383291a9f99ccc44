//! Trying a migration out before it is believed: forward on a scratch copy of the schema, and back again.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::command::{Session, private_settings};
use crate::compare::compare;
use crate::database::{self, Database};
use crate::diff::Change;
use crate::embedded;
use crate::error::{failure, report};
use crate::inspect::{Scope, Unmanaged, inspect};
use crate::load::Loaded;
use crate::migration::{self, Folder};
use crate::project::Source;
use crate::render;
use crate::schema::Schema;
use crate::scratch::{Scratch, Shared, left_over, may_be_beside};
use crate::talk::{Level, Talk};

mod reach;

use reach::{is_for_the_server, runs_code};

/// What is tried out, and where from.
pub(crate) struct Rehearsal<'a> {
    /// The live schema, which the scratch becomes a copy of.
    pub(crate) live: &'a Schema,
    /// The newest version that is applied there.
    pub(crate) applied: i32,
    /// A folder with those migrations, and the new ones.
    pub(crate) folder: &'a Folder,
    /// What is live and not managed, so that the copy lacks it.
    pub(crate) unmanaged: &'a [Unmanaged],
    /// What has to come out, if that is known.
    pub(crate) declared: Option<&'a Loaded>,
}

/// What a rehearsal came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Forward and back, exactly; the versions that have no way back.
    Passed(Vec<i32>),
    /// It could not be held, and why.
    Skipped(String),
}

/// A scratch, and what is to be stopped when it is no longer needed.
pub(crate) struct Stage {
    pub(crate) scratch: Scratch,
    private: Option<embedded::Options>,
    /// All that is live, where what is ours leans on what others manage.
    whole: Option<Schema>,
    /// What the databases of the live server shared before anything ran, where it is beside the live one.
    shared: Option<Shared>,
}

impl Stage {
    fn on(scratch: Scratch) -> Stage {
        Stage { scratch, private: None, whole: None, shared: None }
    }

    /// Copies all that is live, and not only what is ours: what leans on something else needs it.
    ///
    /// # Errors
    /// The live database cannot be read.
    async fn with_whole(mut self, live: &Database, leans: bool) -> Result<Stage> {
        if leans {
            self.whole = Some(inspect(live, &Scope::default()).await?.schema);
        }
        Ok(self)
    }

    /// Notes what the databases of the server share, so that it is seen if any of it changes.
    ///
    /// # Errors
    /// The server does not answer.
    async fn watched(mut self) -> Result<Stage> {
        self.shared = Some(self.scratch.shared().await?);
        Ok(self)
    }

    /// Drops the scratch, and stops the private server that was there for it alone. Says what has changed meanwhile that
    /// the live database shares.
    pub(crate) async fn close(self, talk: &Talk) {
        if let (Some(before), Ok(now)) = (&self.shared, self.scratch.shared().await) {
            let changed = before.changed(&now);
            if !changed.is_empty() {
                let all = changed.iter().take(10).cloned().collect::<Vec<_>>().join("; ");
                talk.warn(format!(
                    "while this was tried out beside the live database, what its server's databases share changed: {all}. \
                     If nobody else did that, it stays, and has to be put right by hand; `--scratch-url` names another server"
                ));
            }
        }
        self.scratch.close().await;
        if let Some(private) = self.private {
            let _ = embedded::stop(&private, &Talk { level: Level::Quiet }).await;
        }
    }
}

/// What a scratch for a live database is to be good for.
pub(crate) struct Wish<'a> {
    /// The live database.
    pub(crate) live: &'a Database,
    /// What is going to run in it.
    pub(crate) scripts: &'a [&'a str],
    /// Where the user wants it.
    pub(crate) said: Option<&'a str>,
    /// Whether what is ours leans on what others manage.
    pub(crate) leans: bool,
}

/// A scratch for the live database: where the user says, else beside it, else on a private server that is set up already.
/// The inner value says why there is none.
///
/// What changes roles or the server itself is tried out on a private server only: it would stay.
pub(crate) async fn beside(session: &Session, wish: &Wish<'_>) -> Result<Result<Stage, String>> {
    let live = wish.live;
    if let Some(stage) = elsewhere(session, wish).await? {
        return Ok(Ok(stage));
    }
    let reaches_out = wish.scripts.iter().any(|script| is_for_the_server(script));
    if !reaches_out && !session.is_said_production() && may_be_beside(live).await? {
        return match Scratch::on(live, false).await {
            Ok(scratch) => {
                let mut stage = Stage::on(scratch);
                // Others may change roles at any time: what cannot do so itself is not asked about them.
                if wish.scripts.iter().any(|script| runs_code(script)) {
                    stage = stage.watched().await?;
                }
                Ok(Ok(stage.with_whole(live, wish.leans).await?))
            }
            Err(error) => Ok(Err(format!("{error:#}"))),
        };
    }
    let not_here = match reaches_out {
        true => "it changes roles or the server itself, which would stay",
        false => "this role may not create databases here, or the database is production",
    };
    Ok(apart(session, wish).await?.map_err(|why| format!("{not_here}, and {why}")))
}

/// A scratch on the server that the user names for such.
///
/// # Errors
/// It cannot be reached, or is of another version: what works there need not work here.
pub(crate) async fn elsewhere(session: &Session, wish: &Wish<'_>) -> Result<Option<Stage>> {
    let Some(server) = named(session, wish.said).await? else { return Ok(None) };
    let (there, here) = (server.version() / 10_000, wish.live.version() / 10_000);
    if there != here {
        let message = format!("the server for scratch databases is PostgreSQL {there}, and the database is on {here}");
        return Err(failure(
            message,
            "name one of the same version, or none: then there may be one beside the database",
        ));
    }
    Ok(Some(Stage::on(Scratch::on(&server, false).await?).with_whole(wish.live, wish.leans).await?))
}

/// A scratch on a private server, where its programs are at hand and of the live database's version. The inner value
/// says why there is none.
pub(crate) async fn apart(session: &Session, wish: &Wish<'_>) -> Result<Result<Stage, String>> {
    let here = wish.live.version() / 10_000;
    let extensions = extensions_of(wish.live).await?;
    if !embedded::is_at_hand(&private(session, extensions.clone(), Some(here))?) {
        let with = "(`dbtool dev` brings one; `--scratch-url` names another)";
        return Ok(Err(format!("there is no private server of PostgreSQL {here} with the same extensions {with}")));
    }
    match own(session, extensions, Some(here)).await {
        Ok(stage) => Ok(Ok(stage.with_whole(wish.live, wish.leans).await?)),
        Err(error) => Ok(Err(format!("{error:#}"))),
    }
}

/// The extensions of a live database: a copy of it needs them.
async fn extensions_of(live: &Database) -> Result<Vec<String>> {
    let query = "SELECT extname::pg_catalog.text FROM pg_catalog.pg_extension ORDER BY extname";
    let rows = live.query(query, &[]).await.context("cannot ask which extensions there are")?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// An empty scratch where no live database is asked for: where the user says, else on a private server.
pub(crate) async fn empty(session: &Session, extensions: Vec<String>, said: Option<&str>) -> Result<Stage> {
    match named(session, said).await? {
        Some(server) => Ok(Stage::on(Scratch::on(&server, false).await?)),
        None => own(session, extensions, None).await,
    }
}

async fn named(session: &Session, said: Option<&str>) -> Result<Option<Database>> {
    let Some(Source::Server(settings)) = session.project.scratch(said)? else { return Ok(None) };
    Ok(Some(database::connect(&settings).await.context("cannot reach the server for scratch databases")?))
}

/// On a server for scratches alone: roles that `dev` made are not in the way of those that migrations make.
async fn own(session: &Session, extensions: Vec<String>, major: Option<u32>) -> Result<Stage> {
    let private = private(session, extensions, major)?;
    let server = embedded::ensure(&private, &session.talk).await?;
    let database = database::connect(&private_settings(&server)?).await?;
    Ok(Stage { private: Some(private), ..Stage::on(Scratch::on(&database, true).await?) })
}

fn private(session: &Session, extensions: Vec<String>, major: Option<u32>) -> Result<embedded::Options> {
    let options = session.private_server(extensions)?;
    // One a version: data of one cannot be run by another.
    let place = major.map_or(".scratch".to_owned(), |major| format!(".scratch{major}"));
    Ok(embedded::Options { project: options.project.join(place), major, ..options })
}

/// Holds a rehearsal and drops the scratch, however it ended.
///
/// # Errors
/// The new migrations fail, or do not arrive exactly: forward at what is declared, back at what was there.
pub(crate) async fn hold(session: &Session, mut stage: Stage, rehearsal: &Rehearsal<'_>) -> Result<Outcome> {
    let whole = stage.whole.take();
    let inside = stage.shared.is_some();
    let outcome = act(session, &mut stage.scratch, whole.as_ref(), rehearsal, inside).await;
    stage.close(&session.talk).await;
    outcome
}

async fn act(
    session: &Session,
    scratch: &mut Scratch,
    whole: Option<&Schema>,
    rehearsal: &Rehearsal<'_>,
    inside: bool,
) -> Result<Outcome> {
    let scope = session.scope();
    let copied = match whole {
        Some(whole) => scratch.copy(whole, &Scope::default()).await?,
        None => scratch.copy(rehearsal.live, &scope).await?,
    };
    if let Err(why) = copied {
        return Ok(Outcome::Skipped(format!("the live schema cannot be copied: {why}")));
    }
    let database = scratch.database();
    let quiet = Talk { level: Level::Quiet };
    let options = migration::Options { inside, ..session.migration_options(None) };
    if rehearsal.applied > 0 {
        let noted = migration::Options { fake: true, to: Some(rehearsal.applied), ..options.clone() };
        migration::migrate(database.client_mut(), rehearsal.folder, &noted, &quiet).await?;
    }
    let forward = migration::migrate(database.client_mut(), rehearsal.folder, &options, &quiet).await;
    if let Err(error) = forward {
        return match lacking(&error, rehearsal.unmanaged) {
            Some(what) => Ok(Outcome::Skipped(format!("the copy lacks {what}, which is not managed"))),
            None => Err(error.context("the rehearsal failed, on a scratch copy of the schema")),
        };
    }
    if let Some(declared) = rehearsal.declared {
        let comparison = compare(database, &scope, declared).await?;
        if !comparison.is_same() {
            let lines = render::lines(&comparison).join("\n  ");
            let message = format!("the rehearsal did not arrive at the declaration; what is left:\n  {lines}");
            return Err(failure(message, "this is a fault of dbtool's: please report it with the declaration"));
        }
    }
    back(session, database, rehearsal, inside).await
}

/// What the server misses in the copy, where that is live and nothing of ours.
fn lacking(error: &anyhow::Error, unmanaged: &[Unmanaged]) -> Option<String> {
    // Objects, functions, tables and casts that there are none of.
    let missing = ["42704", "42883", "42P01", "42846"].map(|code| format!("(SQLSTATE {code})"));
    let said = report(error);
    let said = said.lines().find(|line| missing.iter().any(|code| line.contains(code)))?;
    let says = |name: &str| {
        let part = |c: char| c.is_alphanumeric() || c == '_';
        said.match_indices(name).any(|(at, _)| {
            let (before, after) = said.split_at(at);
            !before.ends_with(part) && !after[name.len()..].starts_with(part)
        })
    };
    let of = unmanaged.iter().find(|it| !it.name.is_empty() && says(&it.name))?;
    Some(format!("the {} `{}`", of.kind, of.name))
}

/// Goes back as far as there are ways, newest first, and looks whether all is as it was.
async fn back(session: &Session, database: &mut Database, rehearsal: &Rehearsal<'_>, inside: bool) -> Result<Outcome> {
    let new: Vec<_> = rehearsal.folder.migrations.iter().filter(|file| file.version > rehearsal.applied).collect();
    let stays: Vec<i32> = new.iter().filter(|file| file.down.is_none()).map(|file| file.version).collect();
    let to = stays.iter().max().copied().unwrap_or(rehearsal.applied);
    if new.iter().any(|file| file.version > to) {
        let options = migration::Options { inside, ..session.migration_options(Some(to)) };
        let quiet = Talk { level: Level::Quiet };
        let way = migration::rollback(database.client_mut(), rehearsal.folder, &options, &quiet).await;
        way.map_err(|error| error.context("the way back failed, on a scratch copy of the schema"))?;
    }
    if stays.is_empty() {
        let mut found = inspect(database, &session.scope()).await?;
        if let Some(declared) = rehearsal.declared {
            declared.not_ours.take_out_of(&mut found);
        }
        let left = left_over(database, &found.schema, rehearsal.live).await?;
        if !left.is_empty() {
            let lines: Vec<String> = left.iter().map(told).collect();
            let message = format!("the way back does not lead back; what is left:\n  {}", lines.join("\n  "));
            return Err(failure(message, "put the down file right"));
        }
    }
    Ok(Outcome::Passed(stays))
}

/// What a change that is still to be made says of the schema as it is.
pub(crate) fn told(change: &Change) -> String {
    let id = change.id();
    match change {
        Change::Create(_) => format!("{id} is missing"),
        Change::Drop(_) => format!("{id} is there in addition"),
        _ => format!("{id} is different"),
    }
}

/// A copy of the project's migrations folder, so that new files can be tried out before they are written there.
pub(crate) fn copy_of(folder: &Path) -> Result<tempfile::TempDir> {
    let copy = tempfile::tempdir().context("cannot make a temporary folder")?;
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), copy.path().join(entry.file_name())).context("cannot copy the migrations")?;
        }
    }
    Ok(copy)
}
