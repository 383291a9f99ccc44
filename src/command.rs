//! The commands: one file each, holding its arguments and its recipe.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::database::{self, Database, Settings};
use crate::embedded;
use crate::error::{Exit, Hint};
use crate::inspect::Scope;
use crate::kind::KindTag;
use crate::load::{Loaded, load};
use crate::migration;
use crate::project::{Environment, Project, Source};
use crate::talk::{Level, Talk};

pub mod check;
pub mod dev;
pub mod diff;
pub mod migrate;
pub mod status;

/// Declare a PostgreSQL schema in TOML; see how the live database differs; close the gap with reviewed migrations.
///
/// Exit codes: 0 done or the same, 1 failed, 2 differences or findings, 3 refused.
#[derive(Debug, Parser)]
#[command(name = "dbtool", version, max_term_width = 100, disable_help_subcommand = true)]
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
pub struct Global {
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".", global = true)]
    project: PathBuf,
    /// The database; others on this machine can see it, so a password is better kept in DATABASE_URL or a password file
    #[arg(long, value_name = "URL", global = true, conflicts_with = "target")]
    url: Option<String>,
    /// A database that dbtool.toml names
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
}

/// When colours are used.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Colour {
    Auto,
    Always,
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// See [`diff`].
    Diff(diff::Args),
    /// See [`migrate`].
    Migrate(migrate::Args),
    /// See [`status`].
    Status(status::Args),
    /// See [`check`].
    Check(check::Args),
    /// See [`dev`].
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
    let session = Session { project, talk: Talk { level }, url: cli.global.url, target: cli.global.target };
    match cli.command {
        Command::Diff(args) => diff::run(args, &session).await,
        Command::Migrate(args) => migrate::run(args, &session).await,
        Command::Status(args) => status::run(args, &session).await,
        Command::Check(args) => check::run(args, &session).await,
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
        load(&self.project.schema_dir(), "schema")
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

    /// Where this project's private server lives.
    pub(crate) fn private_server(&self, extensions: Vec<String>) -> anyhow::Result<embedded::Options> {
        let project = self.project.root.canonicalize().hint("pass an existing folder with --project")?;
        let search_path = self.project.environment().get("PATH").map(Into::into);
        Ok(embedded::Options { cache: self.project.cache_dir()?, project, extensions, search_path })
    }
}

/// The way to a private server; the environment has no say in it.
pub(crate) fn private_settings(server: &embedded::Server) -> anyhow::Result<Settings> {
    Settings::parse(&server.url(), "the private server", &Environment::empty())
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
