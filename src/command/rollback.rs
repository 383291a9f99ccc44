//! `dbtool rollback`: goes back by the down files.

use crate::command::{Session, extensions, running};
use crate::error::Exit;
use crate::hazard;
use crate::migration;

/// Take back the newest migration, or all that are newer than a version, by their down files
///
/// Each down file and its history row are one transaction. What a down file's head names as dangerous (deleted data, what
/// does not come back), or its statements show where somebody wrote it by hand, has to be allowed, here or in the project's
/// `[hazards]`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Go back to this version; 0 is the time before the first
    #[arg(long, value_name = "N")]
    to: Option<i32>,
    /// Hazards that may come true, whatever the project's policy says: deletes_data, cannot_undo, ... or `all`
    #[arg(long, value_name = "HAZARD", value_delimiter = ',')]
    allow: Vec<String>,
    /// What to do with a statement that had begun when the last run was cut off, and may have come to its end
    #[arg(long, value_name = "WHAT")]
    begun: Option<migration::Begun>,
}

/// Runs the command.
///
/// # Errors
/// There is no way back, it is dangerous and not allowed, another runner holds the lock, or a file fails.
pub async fn run(args: Args, session: &Session) -> anyhow::Result<Exit> {
    let for_once = hazard::named(&args.allow)?;
    let folder = session.migrations()?;
    let mut database = session.connect(|| session.declaration().map(|l| extensions(&l)).unwrap_or_default()).await?;
    let permit = Some(migration::Permit { policy: session.hazards(&database).await?, for_once });
    let options = migration::Options { permit, begun: args.begun, ..session.migration_options(args.to) };
    running::run(&mut database, session, async |client, beside| {
        migration::rollback(client, &folder, &options, beside).await
    })
    .await?;
    Ok(Exit::Done)
}
