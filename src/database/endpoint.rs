//! The servers to try: hosts, addresses and ports, and the password that each is given.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use super::parameter::Parameters;
use crate::error::failure;

/// Where the packagers put the server's socket, most usual first.
const SOCKET_FOLDERS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// A password: shown to nobody who does not ask for it by name.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(String);

impl Secret {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Host {
    /// A name or an address.
    Tcp(String),
    /// The folder of a Unix socket.
    Unix(PathBuf),
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::Tcp(name) => f.write_str(name),
            Host::Unix(folder) => write!(f, "{}", folder.display()),
        }
    }
}

/// One of the servers to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub(super) host: Host,
    /// Where to find the host without asking a name server.
    pub(super) address: Option<IpAddr>,
    pub(super) port: u16,
    /// The password and where it came from.
    pub(super) password: Option<(Secret, String)>,
}

/// The servers to try: hosts, addresses and ports side by side; one port may serve all.
pub(super) fn endpoints(said: &Parameters) -> anyhow::Result<Vec<Endpoint>> {
    let list = |name: &str| said.get(name).map(|text| text.split(',').map(str::trim).collect::<Vec<_>>());
    let (hosts, addresses) = (list("host").unwrap_or_default(), list("hostaddr").unwrap_or_default());
    let ports = list("port").unwrap_or_default();
    let count = hosts.len().max(addresses.len()).max(1);
    let fits = |given: usize| given == 0 || given == count;
    if !fits(hosts.len()) || !fits(addresses.len()) || !(fits(ports.len()) || ports.len() == 1) {
        let hint = "each host has one address and one port, or one port serves all of them";
        let counts = format!("{} hosts, {} addresses and {} ports", hosts.len(), addresses.len(), ports.len());
        return Err(failure(format!("{counts} do not fit together"), hint));
    }
    (0..count).map(|at| endpoint(at, &hosts, &addresses, &ports)).collect()
}

fn endpoint(at: usize, hosts: &[&str], addresses: &[&str], ports: &[&str]) -> anyhow::Result<Endpoint> {
    let given = |list: &[&str]| list.get(at).copied().filter(|text| !text.is_empty()).map(str::to_owned);
    let address = match given(addresses) {
        Some(text) => {
            let wrong = || failure("`hostaddr` is not an IP address", "a name goes into `host`");
            Some(text.parse::<IpAddr>().map_err(|_| wrong())?)
        }
        None => None,
    };
    let host = match (given(hosts), address) {
        (Some(name), _) if name.starts_with('/') => Host::Unix(PathBuf::from(name)),
        (Some(name), _) => Host::Tcp(name),
        (None, Some(address)) => Host::Tcp(address.to_string()),
        (None, None) => default_host(),
    };
    // A socket is a place of its own.
    let address = address.filter(|_| matches!(host, Host::Tcp(_)));
    let port = match ports.get(if ports.len() == 1 { 0 } else { at }).filter(|text| !text.is_empty()) {
        Some(text) => {
            let port = text.parse::<u16>().ok().filter(|port| *port > 0);
            port.ok_or_else(|| failure("the port is not a number from 1 to 65535", "PostgreSQL's usual port is 5432"))?
        }
        None => 5432,
    };
    Ok(Endpoint { host, address, port, password: None })
}

fn default_host() -> Host {
    let socket = SOCKET_FOLDERS.iter().map(Path::new).find(|folder| folder.is_dir());
    socket.map_or_else(|| Host::Tcp("localhost".to_owned()), |folder| Host::Unix(folder.to_owned()))
}

/// Whether libpq would use this socket by itself.
pub(super) fn is_usual_socket(folder: &Path) -> bool {
    SOCKET_FOLDERS.iter().any(|usual| Path::new(usual) == folder)
}
