//! `dbtool migrate`: applies the pending migrations.

use crate::command::{Session, output, running};
use crate::error::Exit;
use crate::migration;

/// Apply the pending migrations, one runner at a time
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Stop after this version
    #[arg(long, value_name = "N")]
    to: Option<i32>,
    /// Print what would run, and run nothing
    #[arg(long)]
    dry_run: bool,
    /// Note the migrations up to this version as applied, and run nothing: their effects are there already
    #[arg(long, value_name = "N", conflicts_with_all = ["to", "dry_run"])]
    fake: Option<i32>,
}

/// Runs the command.
///
/// # Errors
/// The folder or the history is wrong, another runner holds the lock, or a migration fails.
pub async fn run(args: Args, session: &Session) -> anyhow::Result<Exit> {
    let folder = session.migrations()?;
    let mut database =
        session.connect(|| session.declaration().map(|l| super::extensions(&l)).unwrap_or_default()).await?;
    if args.dry_run {
        let shown = preview(&database, &folder, args.to, session).await;
        shown.map_err(|error| database.explain(error))?;
        return Ok(Exit::Done);
    }
    let fake = args.fake.is_some();
    let options = migration::Options { fake, ..session.migration_options(args.to.or(args.fake)) };
    running::run(&mut database, session, async |client, beside| {
        migration::migrate(client, &folder, &options, beside).await
    })
    .await?;
    if fake {
        session.talk.say("nothing was run; `dbtool check` says whether the database is what they make of it");
    }
    Ok(Exit::Done)
}

async fn preview(
    database: &crate::database::Database,
    folder: &migration::Folder,
    to: Option<i32>,
    session: &Session,
) -> anyhow::Result<()> {
    let status = migration::status(database.client(), folder).await?;
    if let Some(problem) = status.problems().first() {
        return Err(crate::error::failure(problem.clone(), "`dbtool status` shows all of it"));
    }
    migration::check_target(folder, &status, to)?;
    let count = status.pending_to(to).count();
    output::data(migration::dry_run(&status, to))?;
    session.talk.say(match count {
        0 => "nothing to apply".to_owned(),
        1 => "1 migration would be applied".to_owned(),
        _ => format!("{count} migrations would be applied"),
    });
    Ok(())
}
