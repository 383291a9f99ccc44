//! `dbtool baseline`: takes over a database that other tools made.

use anyhow::Context as _;

use crate::command::rehearsal::{self, Stage, Wish};
use crate::command::{Session, output, running, tell_unmanaged};
use crate::compare::{Comparison, How, compare_with, roles};
use crate::database::Database;
use crate::error::{Exit, Hint as _, failure, refusal};
use crate::hazard::CANNOT_UNDO;
use crate::inspect::inspect;
use crate::kind::KindTag;
use crate::load::Loaded;
use crate::migration::{self, Folder, NewFile};
use crate::plan::{Options, parts, plan};
use crate::render;
use crate::schema::Schema;
use crate::scratch::{Scratch, differing, left_over};
use crate::talk::{Level, Talk};

/// Take over a database that other tools made: write what builds it as the first migration, and note that as applied
///
/// The declaration has to be what the database is: `dbtool pull` sees to that. The migration is tried out on an empty
/// scratch database, and runs on new databases only; the one that is taken over stays as it is but for the history.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The name of the migration
    #[arg(value_name = "NAME")]
    name: String,
    /// A server where scratch databases may be made; else DBTOOL_SCRATCH_URL, dbtool.toml, the database's own server, the
    /// private one
    #[arg(long, value_name = "URL")]
    scratch_url: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// The database has a history, the declaration is not what it is, or the migration does not build the same.
pub async fn run(args: Args, session: &Session) -> anyhow::Result<Exit> {
    let slug = migration::slug(&args.name)?;
    session.project.scratch(args.scratch_url.as_deref())?;
    let (loaded, mut database, inspected) = session.read_both().await?;
    session.doubt(&loaded);
    let files = async {
        // Before anything is written: the history could not be noted after it.
        let other = database.again().await.ok();
        migration::direct(database.client(), other.as_ref().map(Database::client)).await?;
        drop(other);
        refuse_a_history(&database, session).await?;
        let comparison = compare_with(&database, inspected, &loaded, &How { online: false, ..How::default() }).await?;
        refuse_what_differs(&comparison)?;
        tell_unmanaged(&comparison.unmanaged, &session.talk);
        // It is built from nothing: no copy of what is live is wanted.
        let wish = Wish { live: &database, scripts: &[], said: args.scratch_url.as_deref(), leans: false };
        let scratch = rehearsal::beside(session, &wish).await?;
        let stage = scratch.map_err(|why| {
            failure(format!("no scratch database to try it out in: {why}"), "name another server with `--scratch-url`")
        })?;
        let build = Build { name: &args.name, slug: &slug, live: &comparison.live, loaded: &loaded, session };
        build.on(stage).await
    };
    let files = files.await.map_err(|error| database.explain(error))?;
    let written = migration::write(&session.project.migrations_dir(), &slug, &files)?;
    note(&mut database, session).await?;
    for path in &written {
        output::line(path.display().to_string())?;
    }
    session.talk.say("nothing was run; the next change is written with `dbtool diff --write NAME`");
    Ok(Exit::Done)
}

/// Where migrations are known already, there is nothing to begin.
async fn refuse_a_history(database: &Database, session: &Session) -> anyhow::Result<()> {
    let folder = session.migrations()?;
    let status = migration::status(database.client(), &folder).await?;
    if let Some(newest) = status.applied.last() {
        let message = format!("the database has a history already: `{}` is the newest", newest.label());
        return Err(refusal(message, "`dbtool status` shows it; `dbtool migrate` goes on from there"));
    }
    if let Some(newest) = folder.migrations.last() {
        let message = format!("there are migrations already, up to `{}`", newest.file_name());
        let hint = "if they make what the database is, `dbtool migrate --fake N` notes those up to N as applied";
        return Err(refusal(message, hint));
    }
    Ok(())
}

fn refuse_what_differs(comparison: &Comparison) -> anyhow::Result<()> {
    if comparison.is_same() {
        return Ok(());
    }
    let lines = render::lines(comparison).join("\n  ");
    let message = format!("the declaration is not what the database is:\n  {}", anstream::adapter::strip_str(&lines));
    Err(refusal(message, "`dbtool pull` brings the declaration up to the database"))
}

/// Notes what was written as applied.
async fn note(database: &mut Database, session: &Session) -> anyhow::Result<()> {
    let folder = session.migrations()?;
    let newest = folder.migrations.last().map(|file| file.version);
    let options = migration::Options { fake: true, ..session.migration_options(newest) };
    let noted = running::run(database, session, async |client, beside| {
        migration::migrate(client, &folder, &options, beside).await
    });
    let hint = format!("`dbtool migrate --fake {}` notes it", newest.unwrap_or(1));
    noted.await.map(drop).hint(hint).context("the migration is written, and the history does not know it")
}

/// What builds a database anew.
struct Build<'a> {
    name: &'a str,
    slug: &'a str,
    live: &'a Schema,
    loaded: &'a Loaded,
    session: &'a Session,
}

impl Build<'_> {
    /// The files, made and tried out on a scratch, which is dropped however it ends.
    async fn on(&self, mut stage: Stage) -> anyhow::Result<Vec<NewFile>> {
        let outcome = self.make(&mut stage.scratch).await;
        stage.close(&self.session.talk).await;
        outcome
    }

    async fn make(&self, scratch: &mut Scratch) -> anyhow::Result<Vec<NewFile>> {
        let scope = self.session.scope();
        let live = self.without_roles();
        let version = scratch.database().version();
        let mut empty = inspect(scratch.database(), &scope).await?.schema;
        roles::keep(&mut empty, |_| false);
        let changes = differing(&empty, &live);
        if changes.is_empty() {
            let hint = "declare what is to be, and write it with `dbtool diff --write NAME`";
            return Err(refusal("the database is empty: there is nothing to take over", hint));
        }
        let options = Options { version, online: false };
        let mut parts = parts(&empty, &live, &plan(&empty, &live, &[], &changes, options), options);
        // There is no time before it that one could go back to, which its head says to whoever looks for a way back.
        for first in parts.iter_mut().filter_map(|part| part.steps.first_mut()) {
            first.hazards.push(CANNOT_UNDO.because("the history begins here"));
        }
        let many = parts.len() > 1;
        let files = parts.iter().enumerate().map(|(at, part)| {
            let name = self.name.replace(['\n', '\r'], " ");
            let title = if many { format!("{name} ({} of {})", at + 1, parts.len()) } else { name };
            NewFile { sql: render::up_script(&title, part), down: None }
        });
        let files: Vec<NewFile> = files.collect();
        if self.loaded.not_ours.is_empty() {
            scratch.make_roles(&live).await?;
            self.rehearse(&files, scratch, &live).await?;
            self.session.talk.say("rehearsed on a scratch copy: it builds what is there");
        } else {
            self.session.talk.warn("not rehearsed: an empty database lacks what `[unmanaged]` names");
        }
        Ok(files)
    }

    /// Roles are the server's: a database that is built anew finds them, or misses them.
    fn without_roles(&self) -> Schema {
        let named: Vec<&str> = self.live.of_kind(KindTag::Role).map(|(id, _)| id.name.as_str()).collect();
        if !named.is_empty() {
            let names = named.join("`, `");
            self.session.talk.say(format!("left to the server, which has to have them first: the roles `{names}`"));
        }
        let mut live = self.live.clone();
        roles::keep(&mut live, |_| false);
        live
    }

    /// Runs the files on the scratch, and looks whether they build the same.
    async fn rehearse(&self, files: &[NewFile], scratch: &mut Scratch, live: &Schema) -> anyhow::Result<()> {
        let hint = format!(
            "something that dbtool does not manage may be missing in a new database; write `{}` by other means, as with \
             `pg_dump --schema-only`, and `dbtool migrate --fake 1` notes it as applied",
            format_args!("migrations/V0001__{}.sql", self.slug)
        );
        let draft = tempfile::tempdir().context("cannot make a temporary folder")?;
        migration::write(draft.path(), self.slug, files)?;
        let folder = Folder::read(draft.path())?;
        let quiet = Talk { level: Level::Quiet };
        let options = self.session.migration_options(None);
        let database = scratch.database();
        let built = migration::migrate(database.client_mut(), &folder, &options, &quiet).await;
        built.hint(&hint).context("the rehearsal failed, on an empty scratch database")?;
        let mut made = inspect(database, &self.session.scope()).await?.schema;
        roles::keep(&mut made, |_| false);
        let left = left_over(database, &made, live).await?;
        if left.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = left.iter().map(rehearsal::told).collect();
        Err(failure(format!("what it builds is not what is there:\n  {}", lines.join("\n  ")), hint))
    }
}
