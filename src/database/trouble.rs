//! What can go wrong on the way to a database, in words: what happened, to which server, and what to do next.
//!
//! Holds no passwords: it is given redacted places and the errors of libraries, which know none.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use tokio_postgres::error::{DbError, Severity};

use super::endpoint::{Endpoint, Host};
use super::settings::Settings;
use super::tls::Mode;
use super::tls_trouble::tls_words;
use crate::error::Hint as _;

/// Why an attempt to connect failed.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The host's name has no address.
    Lookup(io::Error),
    /// Nothing came back in time.
    Timeout(Duration),
    /// Anything that tokio-postgres met.
    Postgres(tokio_postgres::Error),
}

/// A sentence and what to do next; an empty hint is not shown.
pub(super) type Words = (String, String);

impl Trouble {
    /// Whether the next server may do better: as in libpq, one that refused the login ends the search.
    pub(super) fn next_may_do_better(&self) -> bool {
        match self {
            Trouble::Postgres(error) => error.code().is_none_or(|code| code.code().starts_with("57P")),
            Trouble::Lookup(_) | Trouble::Timeout(_) => true,
        }
    }

    /// Whether a connection without TLS may do better, where TLS was only preferred.
    pub(super) fn plain_may_do_better(&self) -> bool {
        let Trouble::Postgres(error) = self else { return false };
        let refused = error.code().is_some_and(|code| code.code() == "28000");
        refused || error.to_string().contains("TLS") || rustls_error(error).is_some()
    }

    /// The error as the user reads it.
    pub(super) fn explain(self, settings: &Settings, endpoint: &Endpoint) -> anyhow::Error {
        let (what, hint) = self.words(settings, endpoint);
        let message = format!("cannot connect to `{}`: {what}", settings.display_endpoint(endpoint));
        let cause = match self {
            Trouble::Timeout(_) => None,
            Trouble::Lookup(error) => Some(anyhow::Error::from(error)),
            // The outer layer says only "error connecting to server".
            Trouble::Postgres(error) if error.as_db_error().is_none() && error.source().is_some() => {
                error.into_source().map(anyhow::Error::from_boxed)
            }
            Trouble::Postgres(error) => Some(anyhow::Error::from(error)),
        };
        let error = match cause {
            Some(cause) => cause.context(message),
            None => anyhow::Error::msg(message),
        };
        if hint.is_empty() { error } else { with_hint(error, hint) }
    }

    fn words(&self, settings: &Settings, endpoint: &Endpoint) -> Words {
        match self {
            Trouble::Lookup(_) => (
                format!("there is no host `{}`", endpoint.host),
                "check the host's name, and that this machine can look it up".to_owned(),
            ),
            Trouble::Timeout(after) => (
                format!("no answer within {after:?}"),
                "a firewall may be in between, or the port may be another program's; `connect_timeout=SECONDS` in the \
                 URL waits longer"
                    .to_owned(),
            ),
            Trouble::Postgres(error) => {
                if let Some(server) = error.as_db_error() {
                    return refusal(server, settings, endpoint);
                }
                if let Some(tls) = rustls_error(error) {
                    return tls_words(tls, settings, endpoint);
                }
                match io_error(error) {
                    // tokio-postgres reports what it cannot parse as an input/output error, too.
                    Some(io) if !is_nonsense(io) => io_words(io, settings, endpoint),
                    _ => protocol_words(error, settings, endpoint),
                }
            }
        }
    }
}

pub(super) fn with_hint(error: anyhow::Error, hint: String) -> anyhow::Error {
    match Err::<Infallible, _>(error).hint(hint) {
        Err(error) => error,
    }
}

/// The server understood and said no.
fn refusal(server: &DbError, settings: &Settings, endpoint: &Endpoint) -> Words {
    let (user, dbname, said) = (settings.user(), settings.dbname(), server.message());
    let words = |what: String, hint: &str| (what, hint.to_owned());
    match server.code().code() {
        "28P01" => (format!("the server refused the password of `{user}`"), password_origin(settings, endpoint)),
        "28000" if said.contains("pg_hba.conf") => hba_words(said, settings),
        "28000" if said.contains("certificate") => words(
            "the server wants a client certificate that it accepts".to_owned(),
            "name the certificate and its key with `sslcert` and `sslkey`; its common name has to be the user's name",
        ),
        "28000" => words(
            format!("the server does not let `{user}` in"),
            "the role may not exist or may not log in: `CREATE ROLE ... LOGIN` makes one that may",
        ),
        "3D000" => words(
            format!("there is no database `{dbname}`"),
            "create it with `createdb`, or correct the name at the end of the URL",
        ),
        "42501" => words(
            format!("`{user}` may not connect to the database `{dbname}`"),
            "the owner can allow it: `GRANT CONNECT ON DATABASE ... TO ...`",
        ),
        "53300" => words(
            "the server has no connection left".to_owned(),
            "close idle connections, or raise `max_connections` or the role's or the pool's limit",
        ),
        code if code.starts_with("57P") => words(
            "the server is starting, stopping or recovering".to_owned(),
            "try again in a moment; its log says more",
        ),
        "08P01" if said.contains("unsupported startup parameter") => words(
            "the connection pooler does not pass on a parameter".to_owned(),
            "take `options` out of the URL, list it in PgBouncer's `ignore_startup_parameters`, or connect to the server directly",
        ),
        "08P01" => words(
            "the connection pooler refused the connection".to_owned(),
            "check its database and user lists, or connect to the server directly",
        ),
        _ => (format!("the server refused: {said}"), String::new()),
    }
}

fn hba_words(said: &str, settings: &Settings) -> Words {
    let plain = said.contains("no encryption") || said.contains("SSL off");
    let hint = if plain && settings.tls.mode == Mode::Disable {
        "the server may take only connections with TLS: try `sslmode=require`"
    } else {
        "its `pg_hba.conf` needs a line for this user, database and address"
    };
    (format!("the server's rules keep `{}` out", settings.user()), hint.to_owned())
}

/// Where the password came from, and why not from elsewhere.
fn password_origin(settings: &Settings, endpoint: &Endpoint) -> String {
    let origin = match &endpoint.password {
        Some((_, origin)) => format!("the password came from {origin}"),
        None => "put it into the URL, `PGPASSWORD` or the password file `~/.pgpass`".to_owned(),
    };
    std::iter::once(origin).chain(settings.warnings().iter().cloned()).collect::<Vec<_>>().join("; ")
}

fn io_words(error: &io::Error, settings: &Settings, endpoint: &Endpoint) -> Words {
    let socket = matches!(endpoint.host, Host::Unix(_));
    let words = |what: &str, hint: &str| (what.to_owned(), hint.to_owned());
    match error.kind() {
        io::ErrorKind::ConnectionRefused => {
            words("nothing listens there", "is the server running, and is the port right?")
        }
        io::ErrorKind::NotFound if socket => words(
            "there is no server's socket in that folder",
            "is the server running, and are its `unix_socket_directories` and its port these?",
        ),
        io::ErrorKind::PermissionDenied if socket => {
            words("this user may not use the server's socket", "the folder's or the socket's permissions keep you out")
        }
        // tokio-postgres's way of saying that `target_session_attrs` does not fit.
        io::ErrorKind::PermissionDenied => words(
            "it is not the kind of server that `target_session_attrs` asks for",
            "another host may be the primary",
        ),
        io::ErrorKind::TimedOut => words("no answer", "a firewall may be in between"),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            words("there is no way to that address", "is the network, or the VPN, up?")
        }
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => words(
            "the connection was closed before the login was done",
            // With TLS 1.3 the server's word on our certificate may be overtaken by the end of the connection.
            if settings.tls.shows_certificate() {
                "the server may not accept the client certificate; its log says more"
            } else {
                "the port may be another program's, or a proxy in between may have no server to pass it on to"
            },
        ),
        _ => words("the connection failed", ""),
    }
}

fn protocol_words(error: &tokio_postgres::Error, settings: &Settings, endpoint: &Endpoint) -> Words {
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    let words = |what: &str, hint: &str| (what.to_owned(), hint.to_owned());
    match cause.as_str() {
        "server does not support TLS" => words(
            "the server has no TLS",
            "turn on `ssl` on the server; where the way to it is safe anyhow, `sslmode=disable` does without",
        ),
        "password missing" => (
            format!("the server asks for the password of `{}`, and none was given", settings.user()),
            password_origin(settings, endpoint),
        ),
        text if text.contains("channel binding") => words(
            "the login cannot be bound to the TLS connection",
            "`channel_binding=prefer` does without where it must",
        ),
        _ if error.is_closed() => io_words(&io::ErrorKind::UnexpectedEof.into(), settings, endpoint),
        text if text.is_empty() || io_error(error).is_some_and(is_nonsense) => {
            words("what answers there does not speak PostgreSQL's protocol", "is the port right?")
        }
        _ => words("the login failed", ""),
    }
}

fn io_error(error: &tokio_postgres::Error) -> Option<&io::Error> {
    error.source()?.downcast_ref()
}

/// Whether something answered, and not in PostgreSQL's protocol.
fn is_nonsense(error: &io::Error) -> bool {
    let kind = error.kind();
    // The last is how a half message at the end is called, a kind that has no name.
    matches!(kind, io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData)
        || error.to_string() == "bytes remaining on stream"
}

/// The TLS error, which travels inside an input/output error, where `source` passes over it.
fn rustls_error(error: &tokio_postgres::Error) -> Option<&rustls::Error> {
    io_error(error)?.get_ref()?.downcast_ref()
}

/// Whether the error means that the connection is gone, rather than that a statement failed on a good one.
pub(super) fn is_lost(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let Some(error) = cause.downcast_ref::<tokio_postgres::Error>() else { return false };
        // A server says FATAL when it ends the session, whatever the reason.
        let severity = error.as_db_error().and_then(DbError::parsed_severity);
        let gone = matches!(severity, Some(Severity::Fatal | Severity::Panic));
        gone || error.is_closed() || io_error(error).is_some()
    })
}
