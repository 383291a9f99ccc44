//! The commands: one file each, holding its arguments and its recipe.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::database::{self, Database, Settings};
use crate::embedded;
use crate::error::{Exit, Hint, failure};
use crate::hazard::Policy;
use crate::inspect::{Inspected, Scope, Unmanaged, inspect, listed};
use crate::kind::KindTag;
use crate::load::{Loaded, load};
use crate::migration;
use crate::project::{Environment, Project, Source};
use crate::seed::environment::is_production;
use crate::seed::guard;
use crate::talk::{Level, Talk};

pub mod baseline;
pub mod check;
pub mod dev;
pub mod diff;
pub mod many;
pub mod migrate;
pub mod migrations;
mod output;
pub mod pull;
mod rehearsal;
pub mod rollback;
mod running;
mod secret;
pub mod seed;
pub mod status;

pub(crate) use secret::holds_password;
pub use secret::{URL_VARIABLE, without_passwords, without_secret_url};

/// What to type first.
const FIRST_STEPS: &str = "First steps:
  dbtool dev                 a private PostgreSQL for this project, with nothing to set up
  dbtool pull                schema/*.toml from a database that is there already
  dbtool diff                what schema/*.toml declares and the database does not have yet
  dbtool diff --write first  the migration that closes the gap, to be read
  dbtool migrate             apply it";

/// Declare a PostgreSQL schema in TOML; see how the live database differs; close the gap with reviewed migrations.
///
/// Exit codes: 0 done or the same, 1 failed, 2 differences or findings, 3 refused.
#[derive(Debug, Parser)]
#[command(name = "dbtool", version, max_term_width = 100, disable_help_subcommand = true, after_help = FIRST_STEPS)]
pub struct Cli {
    /// What holds everywhere.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// The folder that holds schema/, migrations/ and dbtool.toml
    #[arg(long, value_name = "DIR", default_value = ".", global = true)]
    project: PathBuf,
    /// The database; else that of DATABASE_URL, dbtool.toml or the PG* variables, else the private server of `dbtool dev`
    ///
    /// A password is better kept in DATABASE_URL or a password file: shells remember what is typed.
    #[arg(long, value_name = "URL", global = true, conflicts_with = "target")]
    url: Option<String>,
    /// The database that dbtool.toml calls so, under `[target.NAME]`; a pattern or `all` for several
    #[arg(long, value_name = "NAME", global = true)]
    target: Option<String>,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    color: Colour,
    /// Say more
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    verbose: bool,
    /// Say only what went wrong
    #[arg(short, long, global = true)]
    quiet: bool,
    #[command(flatten)]
    many: many::Args,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Colour {
    Auto,
    Always,
    Never,
}

/// The commands. Their help is the doc comment of their arguments, so none stands here.
#[derive(Debug, Subcommand)]
#[expect(missing_docs, reason = "a doc comment here would hide the help of the command")]
pub enum Command {
    Pull(pull::Args),
    Diff(diff::Args),
    Migrate(migrate::Args),
    Baseline(baseline::Args),
    Rollback(rollback::Args),
    Migrations(migrations::Args),
    Status(status::Args),
    Check(check::Args),
    Seed(seed::Args),
    Dev(dev::Args),
}

/// Runs a command and says how to exit.
///
/// # Errors
/// Whatever went wrong, with its exit code inside.
pub async fn run(cli: Cli, environment: Environment) -> anyhow::Result<Exit> {
    let choice = match cli.global.color {
        Colour::Auto => anstream::ColorChoice::Auto,
        Colour::Always => anstream::ColorChoice::Always,
        Colour::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
    let level = match (cli.global.verbose, cli.global.quiet) {
        (true, _) => Level::Verbose,
        (_, true) => Level::Quiet,
        _ => Level::Normal,
    };
    let project = Project::open(&cli.global.project, environment)?;
    let url = cli.global.url.or_else(|| project.environment().get(URL_VARIABLE).map(str::to_owned));
    if url.is_some() && cli.global.target.is_some() {
        // One with a password has left the arguments before they were read.
        return Err(failure("`--url` and `--target` exclude each other", "say where the database is in one way"));
    }
    match &cli.global.target {
        Some(said) if many::means_many(&project, said) => {
            let act = many::Act::of(&cli.command)?;
            let (args, talk) = (&cli.global.many, Talk { level });
            let goals = many::goals(&project, said, &talk).await?;
            return many::Many { project: &project, talk: &talk, args, act }.run(goals).await;
        }
        _ if cli.global.many.resume => {
            let hint = "it goes on with a run over several: `--target all`, `--target 'eu_*'`";
            return Err(failure("`--resume` means nothing with one database", hint));
        }
        _ => {}
    }
    let session = Session { project, talk: Talk { level }, url, target: cli.global.target };
    match cli.command {
        Command::Pull(args) => pull::run(args, &session).await,
        Command::Diff(args) => diff::run(args, &session).await,
        Command::Migrate(args) => migrate::run(args, &session).await,
        Command::Baseline(args) => baseline::run(args, &session).await,
        Command::Rollback(args) => rollback::run(args, &session).await,
        Command::Migrations(args) => migrations::run(args, &session).await,
        Command::Status(args) => status::run(args, &session).await,
        Command::Check(args) => check::run(args, &session).await,
        Command::Seed(args) => seed::run(args, &session).await,
        Command::Dev(args) => dev::run(args, &session).await,
    }
}

/// What every command works with.
#[derive(Debug)]
pub struct Session {
    /// The project.
    pub project: Project,
    /// The voice.
    pub talk: Talk,
    url: Option<String>,
    target: Option<String>,
}

impl Session {
    /// Reads the declaration.
    pub(crate) fn declaration(&self) -> anyhow::Result<Loaded> {
        let folder = self.project.schema_dir();
        load(&folder, &folder.display().to_string())
    }

    /// Says what of a declaration is to be doubted.
    pub(crate) fn doubt(&self, loaded: &Loaded) {
        loaded.doubts.iter().for_each(|doubt| self.talk.warn(&doubt.text));
    }

    /// Reads the migrations folder.
    pub(crate) fn migrations(&self) -> anyhow::Result<migration::Folder> {
        migration::Folder::read(&self.project.migrations_dir())
    }

    /// What of the live database is the project's.
    pub(crate) fn scope(&self) -> Scope {
        let config = &self.project.config;
        Scope { namespaces: config.namespaces.clone(), ignore: config.ignore.clone() }
    }

    /// How migrations run.
    pub(crate) fn migration_options(&self, to: Option<i32>) -> migration::Options {
        let timeouts = &self.project.config.timeouts;
        let defaults = migration::Options::default();
        migration::Options {
            to,
            lock_timeout: timeouts.lock.unwrap_or(defaults.lock_timeout),
            statement_timeout: timeouts.statement,
            ..defaults
        }
    }

    /// What the project says of hazards in the database's environment: what its mark says, else its target.
    pub(crate) async fn hazards(&self, database: &Database) -> anyhow::Result<Policy> {
        let config = &self.project.config;
        if !config.hazards.differ() {
            return Ok(config.hazards.general.clone());
        }
        let mark = guard::mark(database.client()).await?;
        let target = self.target.as_ref().and_then(|name| self.project.environment_of(name));
        // Production is believed wherever it is said.
        let production = target.filter(|target| is_production(target));
        let environment = production.or(mark.settled()).or(target);
        Ok(config.hazards.within(environment, is_production))
    }

    /// Whether `dbtool.toml` says of the database that it is production.
    pub(crate) fn is_said_production(&self) -> bool {
        self.project.is_said(self.url.as_deref(), self.target.as_deref(), is_production)
    }

    /// Says where the database is and connects to it. `extensions` are what a private server has to offer.
    pub(crate) async fn connect(&self, extensions: impl FnOnce() -> Vec<String>) -> anyhow::Result<Database> {
        let settings = match self.project.source(self.url.as_deref(), self.target.as_deref())? {
            Source::Server(settings) => *settings,
            Source::Embedded => {
                self.talk
                    .say("no database is configured: using this project's private server (see `dbtool dev --help`)");
                let server = embedded::ensure(&self.private_server(extensions())?, &self.talk).await?;
                private_settings(&server)?
            }
        };
        for warning in settings.warnings() {
            self.talk.warn(warning);
        }
        let wait = self.project.config.timeouts.connect;
        let settings = wait.map_or(settings.clone(), |wait| settings.or_connect_timeout(wait));
        self.talk.detail(format!("connecting to {} ({})", settings.display_url(), settings.origin()));
        database::connect(&settings).await
    }

    /// Reads the declaration and the live schema, at the same time where the database needs nothing of the declaration.
    pub(crate) async fn read_both(&self) -> anyhow::Result<(Loaded, Database, Inspected)> {
        let source = self.project.source(self.url.as_deref(), self.target.as_deref())?;
        if matches!(source, Source::Embedded) {
            let loaded = self.declaration()?;
            let database = self.connect(|| extensions(&loaded)).await?;
            let inspected = self.inspect(&database).await?;
            return Ok((loaded, database, inspected));
        }
        let folder = self.project.schema_dir();
        let reading = tokio::task::spawn_blocking(move || load(&folder, &folder.display().to_string()));
        let inspected = async {
            let database = self.connect(Vec::new).await?;
            let inspected = self.inspect(&database).await?;
            anyhow::Ok((database, inspected))
        };
        let (loaded, inspected) = tokio::join!(reading, inspected);
        // A mistake in the files comes first: it is there whatever the database says.
        let loaded = loaded.context("the loader broke off")??;
        let (database, inspected) = inspected?;
        Ok((loaded, database, inspected))
    }

    async fn inspect(&self, database: &Database) -> anyhow::Result<Inspected> {
        let inspected = inspect(database, &self.scope()).await;
        inspected.map_err(|error| database.explain(error))
    }

    /// Where this project's private server lives.
    pub(crate) fn private_server(&self, extensions: Vec<String>) -> anyhow::Result<embedded::Options> {
        let project = self.project.root.canonicalize().hint("pass an existing folder with --project")?;
        let search_path = self.project.environment().get("PATH").map(Into::into);
        Ok(embedded::Options { cache: self.project.cache_dir()?, project, extensions, major: None, search_path })
    }
}

/// The way to a private server; the environment has no say in it.
pub(crate) fn private_settings(server: &embedded::Server) -> anyhow::Result<Settings> {
    Settings::parse(&server.url(), "the private server", &Environment::empty())
}

/// Names what dbtool leaves alone: how many of each kind, and which where more is asked for.
pub(crate) fn tell_unmanaged(unmanaged: &[Unmanaged], talk: &Talk) {
    if unmanaged.is_empty() {
        return;
    }
    talk.say(format!("unmanaged, never altered: {}", listed(unmanaged)));
    for of_kind in unmanaged.chunk_by(|one, other| one.kind == other.kind) {
        let names: Vec<String> = of_kind.iter().map(Unmanaged::shown).filter(|name| !name.is_empty()).collect();
        if let (Some(first), false) = (of_kind.first(), names.is_empty()) {
            talk.detail(format!("unmanaged {}: {}", first.kind, names.join(", ")));
        }
    }
}

/// The extensions that a declaration asks for.
pub(crate) fn extensions(loaded: &Loaded) -> Vec<String> {
    loaded.schema.of_kind(KindTag::Extension).map(|(id, _)| id.name.clone()).collect()
}

/// Text for a person, or JSON for a program.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum TextOrJson {
    /// For a person.
    #[default]
    Text,
    /// For a program.
    Json,
}
