//! `dbtool dev`: the project's private server, with the migrations applied.

use crate::command::{Session, extensions, output, private_settings};
use crate::compare::compare;
use crate::database;
use crate::embedded;
use crate::error::Exit;
use crate::migration;
use crate::render;

/// Run a private PostgreSQL for this project and print its URL
///
/// Pending migrations are applied. The server goes on running; every other command finds it while no database is configured. Exit code 2 means that the
/// declaration is ahead of the migrations.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Stop the server; its data stays
    #[arg(long, conflicts_with_all = ["status", "reset"])]
    stop: bool,
    /// Say whether it runs, and where
    #[arg(long, conflicts_with = "reset")]
    status: bool,
    /// Throw its data away and begin anew
    #[arg(long)]
    reset: bool,
}

/// Runs the command.
///
/// # Errors
/// No PostgreSQL can be had, it does not start, a file is wrong or a migration fails.
pub async fn run(args: Args, session: &Session) -> anyhow::Result<Exit> {
    let private = |extensions| session.private_server(extensions);
    if args.stop {
        let ran = embedded::status(&private(Vec::new())?).await.is_some();
        embedded::stop(&private(Vec::new())?, &session.talk).await?;
        session.talk.say(if ran { "the private server is stopped" } else { "the private server was not running" });
        return Ok(Exit::Done);
    }
    if args.status {
        return status(session).await;
    }
    let loaded = session.declaration()?;
    session.doubt(&loaded);
    let folder = session.migrations()?;
    let options = private(extensions(&loaded))?;
    if args.reset {
        embedded::reset(&options, &session.talk).await?;
    }
    let server = embedded::ensure(&options, &session.talk).await?;
    session.talk.say(format!("PostgreSQL {} runs for this project", server.version));
    let settings = private_settings(&server)?;
    let mut database = database::connect(&settings).await?;
    let outcome: anyhow::Result<bool> = async {
        let options = session.migration_options(None);
        migration::migrate(database.client_mut(), &folder, &options, &session.talk).await?;
        let comparison = compare(&database, &session.scope(), &loaded).await?;
        if !comparison.is_same() {
            let summary = render::summary(&comparison);
            session.talk.warn(format!("the declaration is ahead of the migrations: {summary}"));
            session.talk.say("see it with `dbtool diff`, write it with `dbtool diff --write NAME`");
        }
        Ok(comparison.is_same())
    }
    .await;
    let same = outcome.map_err(|error| database.explain(error))?;
    warn_if_elsewhere(session);
    output::line(server.url())?;
    Ok(if same { Exit::Done } else { Exit::Different })
}

async fn status(session: &Session) -> anyhow::Result<Exit> {
    match embedded::status(&session.private_server(Vec::new())?).await {
        Some(server) => {
            session.talk.say(format!("PostgreSQL {} runs, data in {}", server.version, server.data_dir.display()));
            output::line(server.url())?;
        }
        None => session.talk.say("the private server is not running; start it with `dbtool dev`"),
    }
    Ok(Exit::Done)
}

/// With a database configured, the other commands do not use the private server.
fn warn_if_elsewhere(session: &Session) {
    let source = session.project.source(session.url.as_deref(), session.target.as_deref());
    if let Ok(crate::project::Source::Server(settings)) = source {
        session.talk.warn(format!(
            "other commands use {} ({}), not this server",
            settings.display_url(),
            settings.origin()
        ));
    }
}
