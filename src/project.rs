//! The project: its folders, its `dbtool.toml`, and where its database is.
//!
//! The only reader of the process environment. What is declared in the folders is left to others, and so is making
//! the connection.

mod config;
mod environment;
mod hazards;
mod nearest;
mod target;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};

pub use self::config::{Config, Timeouts, Url};
pub use self::environment::Environment;
pub(crate) use self::nearest::{nearest, suggestion};
pub use self::target::{Canary, Members, Target};
use crate::database::Settings;
use crate::error::{Hint as _, failure};

/// The file in the project's folder that says what differs from the defaults.
pub const CONFIG_FILE: &str = "dbtool.toml";

/// The PG* variables that say where a server is. The others (a password, a timeout) say only how to talk to it.
const PLACES: [&str; 7] = ["PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE", "PGSERVICEFILE"];

/// A project: the folder, what its `dbtool.toml` says, and the environment it was opened in.
#[derive(Debug, Clone)]
pub struct Project {
    /// The project's folder.
    pub root: PathBuf,
    /// What `dbtool.toml` says; the defaults where there is none.
    pub config: Config,
    environment: Environment,
}

/// Where the database is.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// On a server that somebody named; [`Settings::origin`] says who.
    Server(Box<Settings>),
    /// Nobody named a server: the private one that `dbtool dev` manages.
    Embedded,
}

impl Project {
    /// Opens the project in the folder `root`, which need not hold anything yet.
    ///
    /// Fails when there is no such folder or when `dbtool.toml` is not valid.
    pub fn open(root: &Path, environment: Environment) -> anyhow::Result<Self> {
        if !root.is_dir() {
            let hint = "`--project` takes the folder that holds `schema/` and `migrations/`";
            return Err(failure(format!("there is no folder `{}`", root.display()), hint));
        }
        let path = within(root, CONFIG_FILE);
        let config = match crate::file::read_to_string(&path) {
            Ok(text) => Config::parse(&text, &path.display().to_string())?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Config::default(),
            Err(error) => {
                let hint = "it has to be a text file that you may read, in UTF-8";
                return Err(error).hint(hint).with_context(|| format!("cannot read `{}`", path.display()));
            }
        };
        Ok(Project { root: root.to_owned(), config, environment })
    }

    /// Where the declared schema is: `schema/`.
    pub fn schema_dir(&self) -> PathBuf {
        within(&self.root, "schema")
    }

    /// Where the migrations are: `migrations/`.
    pub fn migrations_dir(&self) -> PathBuf {
        within(&self.root, "migrations")
    }

    /// Where the seeds are: `seeds/`.
    pub fn seeds_dir(&self) -> PathBuf {
        within(&self.root, "seeds")
    }

    /// The environment that the project was opened in.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Where dbtool may keep what it can make again: `DBTOOL_CACHE`, else the user's cache folder. Not created here.
    ///
    /// Fails when neither is known.
    pub fn cache_dir(&self) -> anyhow::Result<PathBuf> {
        if let Some(folder) = self.environment.get("DBTOOL_CACHE") {
            return Ok(PathBuf::from(folder));
        }
        // The XDG specification has relative paths ignored.
        let shared = self.environment.get("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let base = shared.or_else(|| self.environment.home().map(|home| home.join(".cache")));
        let base = base.ok_or_else(|| {
            failure("there is no home folder to keep a cache in", "set `DBTOOL_CACHE` to a folder that dbtool may use")
        })?;
        Ok(base.join("dbtool"))
    }

    /// Where the database is: `url` (of `--url`), else the target's, else `DATABASE_URL`, else `dbtool.toml`'s, else
    /// what the PG* variables say, else the private server.
    ///
    /// Fails when the one that counts cannot be read, or when there is no such target. Connects to nothing.
    pub fn source(&self, url: Option<&str>, target: Option<&str>) -> anyhow::Result<Source> {
        if let Some(url) = url {
            return self.server(url, "`--url`");
        }
        if let Some(name) = target {
            return self.source_of(name);
        }
        if let Some(url) = self.environment.get("DATABASE_URL") {
            return self.server(url, "`DATABASE_URL`");
        }
        if let Some(url) = &self.config.url {
            return self.server(&url.expand(&self.environment)?, &format!("`{CONFIG_FILE}`"));
        }
        if PLACES.iter().any(|name| self.environment.get(name).is_some()) {
            return Ok(self.finish(Settings::from_variables(&self.environment)?));
        }
        Ok(Source::Embedded)
    }

    /// Where scratch databases may be made: `said` (of `--scratch-url`), else `DBTOOL_SCRATCH_URL`, else `dbtool.toml`'s;
    /// `None` where nobody says.
    ///
    /// Fails when the one that counts cannot be read, or when the command line would show a password.
    pub fn scratch(&self, said: Option<&str>) -> anyhow::Result<Option<Source>> {
        if let Some(url) = said {
            if crate::command::holds_password(url.as_ref()) {
                let hint = "put it into `DBTOOL_SCRATCH_URL`: arguments can be read by everybody on the machine";
                return Err(failure("`--scratch-url` takes no password", hint));
            }
            return self.server(url, "`--scratch-url`").map(Some);
        }
        if let Some(url) = self.environment.get("DBTOOL_SCRATCH_URL") {
            return self.server(url, "`DBTOOL_SCRATCH_URL`").map(Some);
        }
        let Some(url) = &self.config.scratch_url else { return Ok(None) };
        self.server(&url.expand(&self.environment)?, &format!("`scratch_url` in `{CONFIG_FILE}`")).map(Some)
    }

    fn server(&self, url: &str, origin: &str) -> anyhow::Result<Source> {
        if url.trim().is_empty() {
            return Err(anyhow!("the connection string from {origin} is empty"));
        }
        Ok(self.finish(Settings::parse(url, origin, &self.environment)?))
    }

    fn finish(&self, settings: Settings) -> Source {
        let settings = match self.config.timeouts.connect {
            Some(timeout) => settings.or_connect_timeout(timeout),
            None => settings,
        };
        Source::Server(Box::new(settings))
    }
}

/// A path in the project's folder, without the `./` that nobody wrote: messages and editors show it.
fn within(root: &Path, name: &str) -> PathBuf {
    if root == Path::new(".") { PathBuf::from(name) } else { root.join(name) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::report;

    fn project(toml: &str, environment: Environment) -> (tempfile::TempDir, Project) {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join(CONFIG_FILE), toml).unwrap();
        let project = Project::open(root.path(), environment.with_user("me")).unwrap();
        (root, project)
    }

    fn place(source: Source) -> (String, String) {
        match source {
            Source::Server(settings) => (settings.host(), settings.origin().to_owned()),
            Source::Embedded => ("embedded".to_owned(), String::new()),
        }
    }

    const TOML: &str = "url = 'postgres://toml/d'\n[target.prod]\nurl = 'postgres://${PROD_HOST}/d'\n";

    #[test]
    fn the_nearest_to_the_command_line_wins() {
        let environment = Environment::empty().with("PGHOST", "variables");
        let (_root, plain) = project("", Environment::empty().with("PGPASSWORD", "x").with("PGSSLMODE", "require"));
        assert_eq!(plain.source(None, None).unwrap(), Source::Embedded);
        let (_root, variables) = project("", environment.clone());
        assert_eq!(place(variables.source(None, None).unwrap()), ("variables".into(), "the PG* variables".into()));
        let (_root, toml) = project(TOML, environment.clone());
        assert_eq!(place(toml.source(None, None).unwrap()), ("toml".into(), "`dbtool.toml`".into()));
        let environment = environment.with("DATABASE_URL", "postgres://database-url").with("PROD_HOST", "prod");
        let (_root, all) = project(TOML, environment);
        assert_eq!(place(all.source(None, None).unwrap()), ("database-url".into(), "`DATABASE_URL`".into()));
        let target = ("prod".into(), "the target `prod` in `dbtool.toml`".into());
        assert_eq!(place(all.source(None, Some("prod")).unwrap()), target);
        assert_eq!(place(all.source(Some("postgres://url"), None).unwrap()), ("url".into(), "`--url`".into()));
        assert_eq!(place(all.source(Some("postgres://url"), Some("prod")).unwrap()).0, "url");
    }

    #[test]
    fn each_place_variable_alone_is_enough() {
        for name in PLACES {
            let (_root, project) = project("", Environment::empty().with(name, "1"));
            // A service file without a service, or the other way round, is an error and never the private server.
            assert_ne!(project.source(None, None).ok(), Some(Source::Embedded), "{name}");
        }
    }

    #[test]
    fn an_unset_variable_counts_only_where_it_is_used_and_names_the_place() {
        let (_root, project) = project(TOML, Environment::empty());
        assert_eq!(place(project.source(None, None).unwrap()).0, "toml");
        let error = report(&project.source(None, Some("prod")).unwrap_err());
        assert!(error.contains("dbtool.toml:3:7: `PROD_HOST` is not set"), "{error}");
        let error = report(&project.source(None, Some("prdo")).unwrap_err());
        assert!(error.contains("did you mean `prod`?"), "{error}");
    }

    #[test]
    fn an_invalid_url_is_an_error_and_not_the_next_source() {
        let environment = Environment::empty().with("DATABASE_URL", "postgres://app:s3/cret@h/d");
        let (_root, project) = project(TOML, environment);
        let error = report(&project.source(None, None).unwrap_err());
        assert!(error.contains("`DATABASE_URL`") && !error.contains("s3") && !error.contains("cret"), "{error}");
    }

    #[test]
    fn the_connect_timeout_of_the_file_is_only_a_default() {
        let (_root, project) = project("timeouts = { connect = '2s' }", Environment::empty());
        let seconds = |url: &str| match project.source(Some(url), None).unwrap() {
            Source::Server(settings) => settings.connect_timeout().as_secs(),
            Source::Embedded => 0,
        };
        assert_eq!((seconds("postgres://h"), seconds("postgres://h?connect_timeout=7")), (2, 7));
    }

    #[test]
    fn the_cache_goes_where_the_environment_says() {
        let cache = |environment| project("", environment).1.cache_dir();
        let environment = Environment::empty();
        assert!(cache(environment.clone()).is_err());
        let environment = environment.with_home("/h");
        assert_eq!(cache(environment.clone()).unwrap(), Path::new("/h/.cache/dbtool"));
        let environment = environment.with("XDG_CACHE_HOME", "/cache");
        assert_eq!(cache(environment.clone()).unwrap(), Path::new("/cache/dbtool"));
        assert_eq!(cache(environment.with("DBTOOL_CACHE", "/mine")).unwrap(), Path::new("/mine"));
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_and_an_empty_one_is_not() {
        let root = tempfile::tempdir().unwrap();
        assert!(Project::open(&root.path().join("no"), Environment::empty()).is_err());
        let project = Project::open(root.path(), Environment::empty()).unwrap();
        assert_eq!(project.schema_dir(), root.path().join("schema"));
    }
}
