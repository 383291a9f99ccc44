//! The way in: servers, addresses and TLS tried in order until one lets us in, and the task that then serves it.

use std::future::poll_fn;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::config::SslMode;
use tokio_postgres::{AsyncMessage, Connection};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::endpoint::{Endpoint, Host};
use super::settings::Settings;
use super::tls::{Mode, Tls};
use super::trouble::Trouble;
use super::{Aside, Database, version_number};
use crate::error::failure;

/// How many notices are kept: the newest, so that a chatty server does not fill the memory.
const NOTICES: usize = 1000;

/// Connects to the first of the servers that lets us in.
///
/// Fails with what went wrong at the last one that was tried, what to do about it, and no password in either.
pub async fn connect(settings: &Settings) -> anyhow::Result<Database> {
    let only_sockets = settings.endpoints.iter().all(|endpoint| matches!(endpoint.host, Host::Unix(_)));
    let connector = if only_sockets { Tls::OFF.connector() } else { settings.tls.connector() };
    let connector = connector.with_context(|| format!("cannot prepare TLS for `{settings}`"))?;
    let mut last = None;
    for endpoint in &settings.endpoints {
        match connect_endpoint(settings, endpoint, &connector).await {
            Ok(database) => return Ok(database),
            Err(trouble) => {
                let goes_on = trouble.next_may_do_better();
                last = Some(trouble.explain(settings, endpoint));
                if !goes_on {
                    break;
                }
            }
        }
    }
    let last = last.unwrap_or_else(|| failure("no server is named", "name one with `--url`"));
    Err(if settings.endpoints.len() > 1 {
        last.context(format!("cannot connect to any of `{settings}`"))
    } else {
        last
    })
}

/// Tries every address of one server.
async fn connect_endpoint(
    settings: &Settings,
    endpoint: &Endpoint,
    connector: &MakeRustlsConnect,
) -> Result<Database, Trouble> {
    let mut last = Trouble::Lookup(std::io::Error::new(std::io::ErrorKind::NotFound, "it has no address"));
    for address in addresses(endpoint, settings.connect_timeout()).await? {
        match connect_address(settings, endpoint, address, connector).await {
            Ok(database) => return Ok(database),
            Err(trouble) if trouble.next_may_do_better() => last = trouble,
            Err(trouble) => return Err(trouble),
        }
    }
    Err(last)
}

/// The addresses of a host; a single `None` for a socket, which has none.
async fn addresses(endpoint: &Endpoint, timeout: Duration) -> Result<Vec<Option<IpAddr>>, Trouble> {
    let name = match (&endpoint.host, endpoint.address) {
        (Host::Unix(_), _) => return Ok(vec![None]),
        (_, Some(address)) => return Ok(vec![Some(address)]),
        (Host::Tcp(name), None) => name,
    };
    let found = within(timeout, tokio::net::lookup_host((name.as_str(), endpoint.port))).await?;
    Ok(found.map_err(Trouble::Lookup)?.map(|address| Some(address.ip())).collect())
}

/// Tries one address: with TLS as asked, and where it was only preferred, then without.
async fn connect_address(
    settings: &Settings,
    endpoint: &Endpoint,
    address: Option<IpAddr>,
    connector: &MakeRustlsConnect,
) -> Result<Database, Trouble> {
    let mut config = settings.base.clone();
    config.dbname(settings.dbname()).port(endpoint.port).ssl_mode(settings.tls.wire_mode());
    match &endpoint.host {
        // As in libpq, a socket needs no TLS, whatever is asked.
        Host::Unix(folder) => config.host_path(folder).ssl_mode(SslMode::Disable),
        Host::Tcp(name) => config.host(name),
    };
    if let Some(address) = address {
        config.hostaddr(address);
    }
    if let Some((password, _)) = &endpoint.password {
        config.password(password.reveal());
    }
    let place = settings.display_endpoint(endpoint);
    let timeout = settings.connect_timeout();
    match open(&config, &place, timeout, connector).await {
        Err(first) if settings.tls.mode == Mode::Prefer && address.is_some() && first.plain_may_do_better() => {
            config.ssl_mode(SslMode::Disable);
            // If that does not work either, the first answer is the one that says more.
            open(&config, &place, timeout, connector).await.map_err(|_| first)
        }
        result => result,
    }
}

/// Opens one connection in one way.
pub(super) async fn open(
    config: &tokio_postgres::Config,
    place: &str,
    timeout: Duration,
    connector: &MakeRustlsConnect,
) -> Result<Database, Trouble> {
    let connected = within(timeout, config.connect(connector.clone())).await?;
    let (client, connection) = connected.map_err(Trouble::Postgres)?;
    let version = connection.parameter("server_version").map(version_number).unwrap_or_default();
    let aside = Arc::new(Mutex::new(Aside::default()));
    let task = tokio::spawn(attend(connection, Arc::clone(&aside)));
    let (place, config, tls) = (place.to_owned(), Box::new(config.clone()), connector.clone());
    Ok(Database { client, version, place, config, timeout, tls, aside, kept: None, task })
}

/// Lets it take so long; zero for as long as it likes.
async fn within<T>(timeout: Duration, work: impl Future<Output = T>) -> Result<T, Trouble> {
    if timeout.is_zero() {
        return Ok(work.await);
    }
    tokio::time::timeout(timeout, work).await.map_err(|_| Trouble::Timeout(timeout))
}

/// Carries the messages between server and client until the connection ends.
async fn attend<S, T>(mut connection: Connection<S, T>, aside: Arc<Mutex<Aside>>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
        let mut aside = aside.lock().unwrap_or_else(PoisonError::into_inner);
        match message {
            Ok(AsyncMessage::Notice(notice)) => {
                if aside.notices.len() == NOTICES {
                    aside.notices.pop_front();
                }
                aside.notices.push_back(notice);
            }
            Ok(_) => {}
            Err(error) => {
                aside.end = Some(error);
                return;
            }
        }
    }
}
