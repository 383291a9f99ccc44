//! `dbtool diff`: how the live database differs from the declaration, and the migration that closes the gap.

use std::collections::BTreeSet;

use clap::ValueEnum;

use crate::command::rehearsal::{self, Outcome, Rehearsal, Stage, Wish};
use crate::command::{Session, extensions, output, tell_unmanaged};
use crate::compare::{Comparison, How, compare_with, weigh};
use crate::database::Database;
use crate::error::{Exit, failure, refusal};
use crate::hazard::{self, Hazard, Policy};
use crate::inspect::inspect;
use crate::load::Loaded;
use crate::migration::{self, NewFile};
use crate::plan::{Expand, Part, Step, parts, rewritten};
use crate::render;
use crate::talk::{Level, Talk};

/// Show how the live database differs from schema/*.toml
///
/// Exit code 0 means that nothing differs, 2 that something does. With --write, the next migration is written to
/// migrations/ with its way back, and 0 means that it was.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How to print the differences
    #[arg(long, default_value = "text")]
    format: Format,
    /// Write the next migration, under this name
    #[arg(long, value_name = "NAME")]
    write: Option<String>,
    /// What the declaration is compared with: the live database, or what migrations/ builds in a scratch database
    #[arg(long, value_name = "WHAT", default_value = "live")]
    from: From,
    /// Write the migration without trying it out on a scratch copy first
    #[arg(long, requires = "write")]
    no_rehearsal: bool,
    /// Plan the short form of every change, which keeps readers and writers of the tables waiting: for a database that
    /// nobody uses meanwhile
    #[arg(long)]
    offline: bool,
    /// Columns that get their new type by way of a new column, filled while others go on, instead of by writing the table
    /// again: orders.id, ... or `all`
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', conflicts_with = "offline")]
    expand: Vec<String>,
    /// A server where scratch databases may be made; else DBTOOL_SCRATCH_URL, dbtool.toml, the database's own server, the
    /// private one
    #[arg(long, value_name = "URL")]
    scratch_url: Option<String>,
    /// Hazards that the migration may have: deletes_data, weakens_access, rewrites_table, ... or `all`
    #[arg(long, value_name = "HAZARD", value_delimiter = ',')]
    allow: Vec<String>,
}

/// What the declaration is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum From {
    /// The live database
    Live,
    /// What the migrations folder builds
    Migrations,
}

/// How differences are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One line a change
    Text,
    /// The statements that close the gap
    Sql,
    /// Everything, for programs
    Json,
}

impl Args {
    fn how(&self) -> How {
        How { online: !self.offline, expand: Expand::parse(&self.expand) }
    }
}

/// Runs the command.
///
/// # Errors
/// The declaration is wrong, the database cannot be read, or the migration is refused.
pub async fn run(args: Args, session: &Session) -> anyhow::Result<Exit> {
    let allowed = hazard::named(&args.allow)?;
    // What is wrong with it is said at once, and not only when it is needed.
    session.project.scratch(args.scratch_url.as_deref())?;
    if args.from == From::Migrations {
        let policy = session.project.config.hazards.general.clone();
        return from_migrations(&args, &May { policy, for_once: allowed }, session).await;
    }
    let (loaded, database, inspected) = session.read_both().await?;
    session.doubt(&loaded);
    let outcome = async {
        let mut comparison = compare_with(&database, inspected, &loaded, &args.how()).await?;
        told(&comparison, &args, session)?;
        weigh(&database, &mut comparison).await?;
        let policy = session.hazards(&database).await?;
        let may = May { policy, for_once: allowed };
        if let Some(name) = &args.write {
            refuse_while_pending(&database, session).await?;
            let scripts: Vec<&str> = comparison.plan.steps().map(|step| step.sql.as_str()).collect();
            let (said, leans) = (args.scratch_url.as_deref(), !loaded.not_ours.is_empty());
            let wish = Wish { live: &database, scripts: &scripts, said, leans };
            let scratch = async || rehearsal::beside(session, &wish).await;
            return write(name, &args, &comparison, &may, &loaded, scratch, session).await;
        }
        print(args.format, &comparison, &may.policy, session)?;
        Ok(if comparison.is_same() { Exit::Done } else { Exit::Different })
    };
    outcome.await.map_err(|error| database.explain(error))
}

/// The same against what the folder builds from nothing, for whoever has no live database.
async fn from_migrations(args: &Args, may: &May, session: &Session) -> anyhow::Result<Exit> {
    let loaded = session.declaration()?;
    session.doubt(&loaded);
    let folder = session.migrations()?;
    let said = args.scratch_url.as_deref();
    let mut stage = rehearsal::empty(session, extensions(&loaded), said).await?;
    let outcome = async {
        let database = stage.scratch.database();
        let quiet = Talk { level: Level::Quiet };
        let options = session.migration_options(None);
        migration::migrate(database.client_mut(), &folder, &options, &quiet).await?;
        session.talk.say(format!(
            "compared with what {} builds, on {}",
            counted(folder.migrations.len()),
            database.place()
        ));
        let inspected = inspect(database, &session.scope()).await?;
        let comparison = compare_with(database, inspected, &loaded, &args.how()).await?;
        told(&comparison, args, session)?;
        let Some(name) = &args.write else {
            print(args.format, &comparison, &may.policy, session)?;
            return Ok(if comparison.is_same() { Exit::Done } else { Exit::Different });
        };
        let scratch = async || rehearsal::empty(session, extensions(&loaded), said).await.map(Ok);
        write(name, args, &comparison, may, &loaded, scratch, session).await
    }
    .await;
    stage.close(&session.talk).await;
    outcome
}

fn counted(migrations: usize) -> String {
    if migrations == 1 { "1 migration".to_owned() } else { format!("{migrations} migrations") }
}

fn print(format: Format, comparison: &Comparison, policy: &Policy, session: &Session) -> anyhow::Result<()> {
    match format {
        Format::Text => {
            for line in render::lines(comparison) {
                output::line(line)?;
            }
            let hazards = render::hazards_under(&comparison.plan, policy);
            if !hazards.is_empty() {
                session.talk.say("");
            }
            hazards.iter().for_each(|line| session.talk.say(line));
        }
        Format::Sql => output::data(render::script(comparison))?,
        Format::Json => output::line(render::json(comparison)?)?,
    }
    tell(comparison, session);
    Ok(())
}

/// Says which columns change where they stand after all; a name that means none of those that change is a mistake.
fn told(comparison: &Comparison, args: &Args, session: &Session) -> anyhow::Result<()> {
    let rewritten = rewritten(&comparison.current, &comparison.desired);
    if let Some(name) = Expand::parse(&args.expand).unknown(&rewritten).first() {
        let names: Vec<String> = rewritten.iter().map(|id| format!("`{}`", Expand::name(id))).collect();
        let hint = match names.as_slice() {
            [] => "no column changes so".to_owned(),
            names => format!("those that do are {}", names.join(", ")),
        };
        return Err(failure(
            format!("`--expand {name}`: no such column changes its type so that its table is written again"),
            hint,
        ));
    }
    comparison.kept.iter().for_each(|kept| session.talk.warn(kept.told()));
    Ok(())
}

/// The summary, and what the user should know beside the changes.
pub(crate) fn tell(comparison: &Comparison, session: &Session) {
    tell_unmanaged(&comparison.unmanaged, &session.talk);
    if let Some(why) = &comparison.untried {
        session.talk.detail(format!("what is new was not tried out on the server: {why}"));
    }
    session.talk.say(render::summary(comparison));
}

/// What may be written.
struct May {
    policy: Policy,
    for_once: BTreeSet<&'static str>,
}

async fn write(
    name: &str,
    args: &Args,
    comparison: &Comparison,
    may: &May,
    loaded: &Loaded,
    scratch: impl AsyncFnOnce() -> anyhow::Result<Result<Stage, String>>,
    session: &Session,
) -> anyhow::Result<Exit> {
    let slug = migration::slug(name)?;
    if comparison.is_same() {
        tell(comparison, session);
        session.talk.say("nothing to write");
        return Ok(Exit::Done);
    }
    refuse_hazards(comparison, may)?;
    let parts = parts(&comparison.live, &comparison.desired, &comparison.plan, comparison.options);
    let files: Vec<NewFile> = parts.iter().enumerate().map(|(at, part)| file(name, at, &parts, part)).collect();
    if !args.no_rehearsal && args.from == From::Migrations && !loaded.not_ours.is_empty() {
        session.talk.warn("not rehearsed: what the folder builds lacks what `[unmanaged]` names");
    } else if !args.no_rehearsal {
        rehearse(&slug, &files, comparison, loaded, scratch().await?, session).await?;
    }
    let written = migration::write(&session.project.migrations_dir(), &slug, &files)?;
    render::hazards_under(&comparison.plan, &may.policy).iter().for_each(|line| session.talk.say(line));
    tell(comparison, session);
    for path in &written {
        output::line(path.display().to_string())?;
    }
    session.talk.say("read it, then apply it with `dbtool migrate`");
    Ok(Exit::Done)
}

/// Tries the new files out, forward and back, on a scratch copy of what is there.
async fn rehearse(
    slug: &str,
    files: &[NewFile],
    comparison: &Comparison,
    loaded: &Loaded,
    stage: Result<Stage, String>,
    session: &Session,
) -> anyhow::Result<()> {
    let stage = match stage {
        Ok(stage) => stage,
        Err(why) => {
            session.talk.warn(format!("not rehearsed: {why}"));
            return Ok(());
        }
    };
    let applied = session.migrations()?.migrations.last().map_or(0, |file| file.version);
    let draft = rehearsal::copy_of(&session.project.migrations_dir())?;
    migration::write(draft.path(), slug, files)?;
    let mut folder = migration::Folder::read(draft.path())?;
    // What is said of them is said under the names that they will have.
    let dir = session.project.migrations_dir();
    folder.migrations.iter_mut().for_each(|file| file.path = dir.join(file.file_name()));
    let act = Rehearsal {
        live: &comparison.live,
        applied,
        folder: &folder,
        unmanaged: &comparison.unmanaged,
        declared: Some(loaded),
    };
    match rehearsal::hold(session, stage, &act).await? {
        Outcome::Passed(_) => session.talk.say("rehearsed on a scratch copy: forward and back"),
        Outcome::Skipped(why) => session.talk.warn(format!("not rehearsed: {why}")),
    }
    Ok(())
}

fn file(name: &str, at: usize, parts: &[Part], part: &Part) -> NewFile {
    // The name goes into a comment: it must not leave it.
    let name = name.replace(['\n', '\r'], " ");
    let title = if parts.len() > 1 { format!("{name} ({} of {})", at + 1, parts.len()) } else { name };
    NewFile { sql: render::up_script(&title, part), down: Some(render::down_script(&title, part)) }
}

/// A plan made while migrations are pending would repeat them.
async fn refuse_while_pending(database: &Database, session: &Session) -> anyhow::Result<()> {
    let status = migration::status(database.client(), &session.migrations()?).await?;
    if let Some(problem) = status.problems().first() {
        return Err(failure(problem.clone(), "`dbtool status` shows all of it"));
    }
    if status.pending.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = status.pending.iter().map(|file| format!("`{}`", file.file_name())).collect();
    Err(refusal(
        format!("migrations are pending, and the new one would repeat them: {}", names.join(", ")),
        "apply them first with `dbtool migrate`",
    ))
}

/// Names each hazard that is not allowed, with its statement and the flag that permits it.
fn refuse_hazards(comparison: &Comparison, may: &May) -> anyhow::Result<()> {
    let mut lines = Vec::new();
    let mut names = BTreeSet::new();
    for step in comparison.plan.steps() {
        let refused = |hazard: &&Hazard| !may.policy.permits(hazard, &may.for_once);
        names.extend(step.hazards.iter().filter(refused).map(|hazard| hazard.rule.name));
        let refused: Vec<Hazard> = step.hazards.iter().filter(refused).cloned().collect();
        for hazard in hazard::leading(&refused) {
            let (effect, told) = (hazard.rule.effect, hazard.told());
            lines.push(format!("  {}: {told} ({effect})\n      {}", hazard.rule.name, first_line(step)));
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    let flag: Vec<&str> = names.into_iter().collect();
    let mut hint = format!("if that is meant, pass `--allow {}`", flag.join(","));
    if let Some(columns) = comparison.expandable() {
        hint.push_str(&format!("; a table in use is not written again with `--expand {columns}`"));
    }
    Err(refusal(format!("the migration is dangerous and was not written\n{}", lines.join("\n")), hint))
}

fn first_line(step: &Step) -> &str {
    step.sql.lines().next().unwrap_or_default()
}
