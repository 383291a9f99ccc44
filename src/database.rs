//! The connection to a database: where it is, the way in, and what is said when there is none.
//!
//! What is asked of the database is left to others. In here: [`Settings`] (everything a URL and its surroundings can
//! say), TLS, passwords, and the words for what goes wrong.

mod connect;
mod endpoint;
mod kept;
mod parameter;
mod password_file;
mod service;
mod settings;
mod tls;
mod tls_trouble;
mod trouble;
mod url;
mod verify;
pub(crate) mod veto;

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use tokio::task::JoinHandle;
use tokio_postgres::error::{DbError, SqlState};
use tokio_postgres::{CancelToken, Client};
use tokio_postgres_rustls::MakeRustlsConnect;

pub use self::connect::connect;
pub(crate) use self::kept::Parameter;
pub use self::settings::Settings;
use crate::error::server_error;
use crate::migration::DIRECT;

/// How long the request to cancel a statement may take.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection. It is used as the [`Client`] it wraps, and is closed when dropped.
pub struct Database {
    client: Client,
    version: u32,
    place: String,
    config: Box<tokio_postgres::Config>,
    timeout: Duration,
    tls: MakeRustlsConnect,
    aside: Arc<Mutex<Aside>>,
    kept: Option<kept::Kept>,
    task: JoinHandle<()>,
}

/// What arrives beside the answers.
#[derive(Default)]
struct Aside {
    notices: VecDeque<DbError>,
    end: Option<tokio_postgres::Error>,
}

impl Deref for Database {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl DerefMut for Database {
    fn deref_mut(&mut self) -> &mut Client {
        &mut self.client
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("place", &self.place).field("version", &self.version).finish_non_exhaustive()
    }
}

impl Database {
    /// The connection itself, for traits that take a [`Client`].
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The connection itself, for transactions.
    pub fn client_mut(&mut self) -> &mut Client {
        &mut self.client
    }

    /// The server's version as PostgreSQL counts: 180006 for 18.6. A pooler may answer for its servers.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Where the connection leads, to show: a URL without a password.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The notices that came since the last call, oldest first.
    pub fn take_notices(&self) -> Vec<DbError> {
        self.aside(|aside| aside.notices.drain(..).collect())
    }

    /// Says that the connection was lost, and why, if that is what the error means; any other error stays as it is.
    pub fn explain(&self, error: anyhow::Error) -> anyhow::Error {
        if is_pooled(&error) {
            let why = "a statement that was prepared is not known any more, or another one has its name";
            return trouble::with_hint(error, DIRECT.to_owned()).context(why);
        }
        if !lost(&error) {
            return error;
        }
        // A statement sees only that the connection is closed; why, the task behind it learnt.
        let why = self.aside(|aside| aside.end.take()).map(|end| match end.as_db_error() {
            Some(server) => crate::error::server_message(server),
            None => std::error::Error::source(&end).map_or_else(|| end.to_string(), ToString::to_string),
        });
        let error = match why {
            Some(why) => error.context(why),
            None => error,
        };
        error.context(format!("the connection to `{}` was lost", self.place))
    }

    /// Another connection to the very server that this one leads to.
    ///
    /// # Errors
    /// The server does not let us in once more.
    pub async fn again(&self) -> anyhow::Result<Database> {
        let opened = connect::open(&self.config, &self.place, self.timeout, &self.tls).await;
        opened.map_err(|_| anyhow::anyhow!("no second connection to `{}`", self.place))
    }

    /// A connection to another database of the same server, as the same role.
    ///
    /// # Errors
    /// The server does not let us in.
    pub async fn again_in(&self, database: &str) -> anyhow::Result<Database> {
        let mut config = self.config.clone();
        config.dbname(database);
        let place = match (self.config.get_dbname(), self.place.rsplit_once('/')) {
            (Some(_), Some((server, _))) => format!("{server}/{database}"),
            _ => self.place.clone(),
        };
        let opened = connect::open(&config, &place, self.timeout, &self.tls).await;
        opened.map_err(|_| anyhow::anyhow!("cannot connect to the database `{database}` of `{}`", self.place))
    }

    /// Asks the server to stop the statement that is running, which then fails with SQLSTATE 57014.
    ///
    /// Fails when the server cannot be reached within a few seconds.
    pub async fn cancel(&self) -> anyhow::Result<()> {
        self.canceller().cancel().await
    }

    /// What cancels a statement while the connection itself is lent to somebody.
    pub fn canceller(&self) -> Canceller {
        Canceller { token: self.client.cancel_token(), tls: self.tls.clone(), place: self.place.clone() }
    }

    /// Closes the connection and waits until the goodbye is sent. Dropping it closes it, too, some time later.
    pub async fn close(self) {
        drop(self.client);
        // The task ends by itself now; if it could not, there is nothing left to close.
        let _ = self.task.await;
    }

    fn aside<T>(&self, act: impl FnOnce(&mut Aside) -> T) -> T {
        act(&mut self.aside.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Stops the statement that runs on a connection.
pub struct Canceller {
    token: CancelToken,
    tls: MakeRustlsConnect,
    place: String,
}

impl Canceller {
    /// See [`Database::cancel`].
    ///
    /// # Errors
    /// The server cannot be reached within a few seconds.
    pub async fn cancel(&self) -> anyhow::Result<()> {
        let sent = tokio::time::timeout(CANCEL_TIMEOUT, self.token.cancel_query(self.tls.clone())).await;
        sent.map_err(anyhow::Error::from)
            .and_then(|sent| Ok(sent?))
            .with_context(|| format!("cannot reach `{}` to cancel the statement", self.place))
    }
}

/// Whether the error says that a prepared statement went to another server session than the one it was made for.
fn is_pooled(error: &anyhow::Error) -> bool {
    let mixed = [SqlState::INVALID_SQL_STATEMENT_NAME, SqlState::DUPLICATE_PSTATEMENT];
    server_error(error).is_some_and(|server| mixed.contains(server.code()))
}

/// Whether the error means that the connection is gone, rather than that a statement failed on a good one.
pub fn lost(error: &anyhow::Error) -> bool {
    trouble::is_lost(error)
}

/// `18.6 (Debian ...)` is 180006, `9.6.3` is 90603, `19beta1` is 190000.
fn version_number(text: &str) -> u32 {
    let numbers = text.split(|c: char| !c.is_ascii_digit() && c != '.').next().unwrap_or_default();
    let mut numbers = numbers.split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    match next() {
        major if major >= 10 => major * 10_000 + next(),
        major => major * 10_000 + next() * 100 + next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_counted_as_postgresql_does() {
        for (text, expected) in [
            ("18.6", 180_006),
            ("15.14 (Debian 15.14-0+deb12u1)", 150_014),
            ("19beta1", 190_000),
            ("9.6.3", 90_603),
            ("", 0),
        ] {
            assert_eq!(version_number(text), expected, "{text}");
        }
    }
}
