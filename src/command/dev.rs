//! `dbtool dev`: the project's private server, with the migrations applied and the seeds planted.

use crate::command::{Session, extensions, output, private_settings, running, seed};
use crate::compare::compare;
use crate::database::{self, Database};
use crate::embedded;
use crate::error::Exit;
use crate::load::Loaded;
use crate::migration;
use crate::render;
use crate::seed::{environment, guard};
use crate::sql::quote_ident;
use crate::talk::Talk;

/// Run a private PostgreSQL for this project and print its URL
///
/// Pending migrations are applied, and the seeds for `development` are planted. The server goes on running; every other
/// command finds it while no database is configured. Exit code 2 means that the declaration is ahead of the migrations.
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

/// What the private server is for.
const DEVELOPMENT: &str = "development";

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
        running::run(&mut database, session, async |client, beside| {
            migration::migrate(client, &folder, &options, beside).await
        })
        .await?;
        let comparison = compare(&database, &session.scope(), &loaded).await?;
        if !comparison.is_same() {
            let summary = render::summary(&comparison);
            session.talk.warn(format!("the declaration is ahead of the migrations: {summary}"));
            session.talk.say("see it with `dbtool diff`, write it with `dbtool diff --write NAME`");
        }
        if comparison.is_same() {
            plant(session, &loaded, &mut database).await?;
        }
        Ok(comparison.is_same())
    }
    .await;
    let same = outcome.map_err(|error| database.explain(error))?;
    warn_if_elsewhere(session);
    output::line(server.url())?;
    Ok(if same { Exit::Done } else { Exit::Different })
}

/// Plants the seeds for the environment that the private server is marked as.
async fn plant(session: &Session, loaded: &Loaded, database: &mut Database) -> anyhow::Result<()> {
    if !session.project.seeds_dir().is_dir() {
        return Ok(());
    }
    let mut seeds = seed::read(session, loaded)?;
    let environment = match guard::mark(database.client()).await?.catalog {
        Some(mark) => mark,
        None => mark(database).await?,
    };
    if !seeds.files.iter().any(|file| environment::fits(file, Some(&environment))) {
        session.talk.detail(format!("no seed is for `{environment}`"));
        return Ok(());
    }
    let options = crate::seed::Options::default();
    let summary = seed::guarded(&[], Some(&environment), session, loaded, &options, &mut seeds, database).await?;
    session.talk.say(if summary.is_unchanged() { "the seeds are planted".to_owned() } else { summary.in_short() });
    // Nobody can look them up later, so they are told however quiet it is to be; the URL alone is data here.
    summary.secrets.iter().for_each(|secret| Talk::default().say(format!("{} = {}", secret.name, secret.value)));
    Ok(())
}

/// Marks the private database as what it is for.
async fn mark(database: &Database) -> anyhow::Result<String> {
    let name: String = database.query_one("SELECT current_database()::text", &[]).await?.get(0);
    let sql = format!("ALTER DATABASE {} SET dbtool.environment = '{DEVELOPMENT}'", quote_ident(&name));
    database.batch_execute(&sql).await?;
    Ok(DEVELOPMENT.to_owned())
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
