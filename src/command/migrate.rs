//! `dbtool migrate`: applies the pending migrations.

use std::collections::BTreeSet;

use crate::command::rehearsal::{self, Outcome, Rehearsal, Wish};
use crate::command::{Session, TextOrJson, output, running};
use crate::database::Database;
use crate::error::{Exit, failure};
use crate::hazard;
use crate::inspect::inspect;
use crate::migration::{self, Folder};

/// Apply the pending migrations, one runner at a time
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Stop after this version
    #[arg(long, value_name = "N")]
    to: Option<i32>,
    /// Print what would run and what of it is dangerous here, and run nothing
    #[arg(long)]
    dry_run: bool,
    /// Try the pending migrations out on a scratch copy, forward and back, and leave the database as it is
    #[arg(long, conflicts_with_all = ["dry_run", "fake"])]
    rehearse: bool,
    /// A server where scratch databases may be made, for --rehearse
    #[arg(long, value_name = "URL", requires = "rehearse")]
    scratch_url: Option<String>,
    /// Note the migrations up to this version as applied, and run nothing: their effects are there already
    #[arg(long, value_name = "N", conflicts_with_all = ["to", "dry_run"])]
    fake: Option<i32>,
    /// Hazards that the files may have here, whatever the project's policy says: deletes_data, ... or `all`
    #[arg(long, value_name = "HAZARD", value_delimiter = ',')]
    allow: Vec<String>,
    /// What to do with a statement that had begun when the last run was cut off, and may have come to its end
    #[arg(long, value_name = "WHAT")]
    begun: Option<migration::Begun>,
    /// How to print what was applied, or would be
    #[arg(long, default_value = "text")]
    pub(crate) format: TextOrJson,
}

impl Args {
    /// The same, but for how it is printed.
    pub(crate) fn silent(&self) -> Args {
        Args { format: TextOrJson::Text, ..self.clone() }
    }
}

/// Runs the command.
///
/// # Errors
/// The folder or the history is wrong, another runner holds the lock, or a migration fails.
pub async fn run(args: Args, session: &Session) -> anyhow::Result<Exit> {
    let for_once = hazard::named(&args.allow)?;
    let folder = session.migrations()?;
    let mut database =
        session.connect(|| session.declaration().map(|l| super::extensions(&l)).unwrap_or_default()).await?;
    if args.dry_run {
        let shown = preview(&args, &folder, &database, session, for_once).await;
        shown.map_err(|error| database.explain(error))?;
        return Ok(Exit::Done);
    }
    if args.rehearse {
        return rehearse(&args, &folder, &database, session).await.map_err(|error| database.explain(error));
    }
    let fake = args.fake.is_some();
    let to = args.to.or(args.fake);
    let up_to_date = migration::is_up_to_date(database.client(), &folder, to).await;
    if up_to_date.map_err(|error| database.explain(error))? {
        session.talk.say("nothing to apply");
        return done(&args, &migration::Report::default());
    }
    let permit = Some(migration::Permit { policy: session.hazards(&database).await?, for_once });
    let options = migration::Options { fake, permit, begun: args.begun, ..session.migration_options(to) };
    let report = running::run(&mut database, session, async |client, beside| {
        migration::migrate(client, &folder, &options, beside).await
    })
    .await?;
    if fake {
        session.talk.say("nothing was run; `dbtool check` says whether the database is what they make of it");
    }
    done(&args, &report)
}

fn done(args: &Args, report: &migration::Report) -> anyhow::Result<Exit> {
    if args.format == TextOrJson::Json {
        output::line(serde_json::to_string_pretty(&document(report))?)?;
    }
    Ok(Exit::Done)
}

/// What was applied, for a program.
fn document(report: &migration::Report) -> serde_json::Value {
    let file = |file: &migration::AppliedFile| {
        let milliseconds = u64::try_from(file.duration.as_millis()).unwrap_or(u64::MAX);
        serde_json::json!({ "version": file.version, "name": file.name, "file": file.file, "milliseconds": milliseconds })
    };
    serde_json::json!({ "applied": report.applied.iter().map(file).collect::<Vec<_>>() })
}

/// Tries out what is pending. That it could not be tried out is a failure here: it is what was asked for.
async fn rehearse(args: &Args, folder: &Folder, database: &Database, session: &Session) -> anyhow::Result<Exit> {
    let status = migration::status(database.client(), folder).await?;
    if let Some(problem) = status.problems().first() {
        return Err(failure(problem.clone(), "`dbtool status` shows all of it"));
    }
    migration::check_target(folder, &status, args.to)?;
    let count = status.pending_to(args.to).count();
    if count == 0 {
        session.talk.say("nothing to rehearse");
        return Ok(Exit::Done);
    }
    let live = inspect(database, &session.scope()).await?;
    let newest = status.pending_to(args.to).last().map_or(0, |file| file.version);
    let migrations = folder.migrations.iter().filter(|file| file.version <= newest).cloned().collect();
    let applied = status.applied.last().map_or(0, |row| row.version);
    let act = Rehearsal {
        live: &live.schema,
        applied,
        folder: &Folder { migrations },
        unmanaged: &live.unmanaged,
        declared: None,
    };
    let scripts: Vec<&str> = status.pending_to(args.to).map(|file| file.sql.as_str()).collect();
    let leans = session.declaration().is_ok_and(|loaded| !loaded.not_ours.is_empty());
    let wish = Wish { live: database, scripts: &scripts, said: args.scratch_url.as_deref(), leans };
    match somewhere(session, &wish, &act).await? {
        Outcome::Skipped(why) => {
            Err(failure(format!("cannot rehearse: {why}"), "name another server with `--scratch-url`"))
        }
        Outcome::Passed(stays) => {
            let files = if count == 1 { "1 migration".to_owned() } else { format!("{count} migrations") };
            session.talk.say(match stays.last() {
                None => format!("{files} rehearsed on a scratch copy: forward and back"),
                Some(last) if *last == newest => {
                    format!("{files} rehearsed on a scratch copy: forward only, as V{last:04} has no way back")
                }
                Some(last) => format!(
                    "{files} rehearsed on a scratch copy: forward, and back to V{last:04}, which has no way back"
                ),
            });
            Ok(Exit::Done)
        }
    }
}

/// Holds it where the user says, else on the private server, so that nothing is made on the live one; beside the live
/// database where there is no private server that will do.
async fn somewhere(session: &Session, wish: &Wish<'_>, act: &Rehearsal<'_>) -> anyhow::Result<Outcome> {
    if let Some(stage) = rehearsal::elsewhere(session, wish).await? {
        return rehearsal::hold(session, stage, act).await;
    }
    let apart = match rehearsal::apart(session, wish).await? {
        Ok(stage) => rehearsal::hold(session, stage, act).await?,
        Err(why) => Outcome::Skipped(why),
    };
    let Outcome::Skipped(why) = apart else { return Ok(apart) };
    session.talk.detail(format!("not on the private server: {why}"));
    match rehearsal::beside(session, wish).await? {
        Ok(stage) => rehearsal::hold(session, stage, act).await,
        Err(why) => Ok(Outcome::Skipped(why)),
    }
}

async fn preview(
    args: &Args,
    folder: &Folder,
    database: &Database,
    session: &Session,
    for_once: BTreeSet<&'static str>,
) -> anyhow::Result<()> {
    let status = migration::status(database.client(), folder).await?;
    if let Some(problem) = status.problems().first() {
        return Err(failure(problem.clone(), "`dbtool status` shows all of it"));
    }
    migration::check_target(folder, &status, args.to)?;
    let pending: Vec<_> = status.pending_to(args.to).collect();
    let permit = Some(migration::Permit { policy: session.hazards(database).await?, for_once });
    let options = migration::Options { permit, ..session.migration_options(args.to) };
    let dangers = match pending.is_empty() {
        true => Vec::new(),
        false => migration::foresee(database.client(), &options, &pending).await?,
    };
    match args.format {
        TextOrJson::Text => output::data(migration::dry_run(&status, args.to, &dangers))?,
        TextOrJson::Json => output::line(serde_json::to_string_pretty(&foreseen(&pending, &dangers))?)?,
    }
    let refused = dangers.iter().flatten().filter(|danger| danger.refused);
    let refused: BTreeSet<&str> = refused.map(|it| it.danger.hazard.rule.name).collect();
    let refused: Vec<&str> = refused.into_iter().collect();
    let unless = match refused.is_empty() {
        true => String::new(),
        false => format!(", once `--allow {}` is passed", refused.join(",")),
    };
    session.talk.say(match pending.len() {
        0 => "nothing to apply".to_owned(),
        1 => format!("1 migration would be applied{unless}"),
        count => format!("{count} migrations would be applied{unless}"),
    });
    Ok(())
}

/// What would be applied, for a program.
fn foreseen(pending: &[&migration::MigrationFile], dangers: &[Vec<migration::Foreseen>]) -> serde_json::Value {
    let danger = |it: &migration::Foreseen| {
        serde_json::json!({
            "hazard": it.danger.hazard.rule.name, "detail": it.danger.hazard.detail, "refused": it.refused,
            "line": it.danger.place.map(|(line, _)| line), "column": it.danger.place.map(|(_, column)| column),
            "told": it.told,
        })
    };
    let file = |(file, dangers): (&&migration::MigrationFile, &Vec<migration::Foreseen>)| {
        serde_json::json!({
            "version": file.version, "name": file.name, "file": file.file_name(), "transactional": file.transactional,
            "sql": file.sql, "hazards": dangers.iter().map(danger).collect::<Vec<_>>(),
        })
    };
    serde_json::json!({ "pending": pending.iter().zip(dangers).map(file).collect::<Vec<_>>() })
}
