//! `dbtool migrations`: the folder itself.

use std::path::Path;

use crate::command::{Session, extensions, output};
use crate::error::Exit;
use crate::migration;

/// Put the migrations folder right
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Give the files that are not applied yet the numbers after the newest applied one
    ///
    /// For two branches that made the same number, and for a file that came after a later one was applied. Applied files
    /// keep their numbers, and the order among the others stays.
    Renumber {
        /// Print what would be renamed, and rename nothing
        #[arg(long)]
        dry_run: bool,
    },
}

/// Runs the command.
///
/// # Errors
/// The folder or the history cannot be read, or a file cannot be renamed.
pub async fn run(args: Args, session: &Session) -> anyhow::Result<Exit> {
    let What::Renumber { dry_run } = args.what;
    let dir = session.project.migrations_dir();
    let database = session.connect(|| session.declaration().map(|l| extensions(&l)).unwrap_or_default()).await?;
    let moves = migration::renumbering(database.client(), &dir).await.map_err(|error| database.explain(error))?;
    for (from, to) in &moves {
        output::line(format!("{} -> {}", name(from), name(to)))?;
    }
    if moves.is_empty() {
        session.talk.say("the numbers are in order");
        return Ok(Exit::Done);
    }
    if !dry_run {
        migration::renumber(&moves)?;
        session.talk.say("read them once more in their new order, then apply them with `dbtool migrate`");
    }
    Ok(Exit::Done)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
