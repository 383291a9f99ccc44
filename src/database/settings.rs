//! Where a database is and how to reach it: the parameters of URL, service, variables and defaults made one.
//!
//! Reads the password and service files; connects to nothing. How the parameters are written is left to `url`,
//! certificates to `tls`.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use tokio_postgres::config::{ChannelBinding, SslNegotiation, TargetSessionAttrs};

use super::endpoint::{Endpoint, Host, Secret, endpoints, is_usual_socket};
use super::parameter::Parameters;
use super::tls::Tls;
use super::{password_file, service, url};
use crate::error::failure;
use crate::project::{Environment, suggestion};

/// How long one server address may take to let us in, unless somebody said otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Everything that is needed to reach a database. Neither `Debug` nor `Display` shows a password.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) user: String,
    pub(super) dbname: String,
    pub(super) tls: Tls,
    /// What tokio-postgres understands by itself, hosts and password aside.
    pub(super) base: tokio_postgres::Config,
    timeout: Option<Duration>,
    origin: String,
    warnings: Vec<String>,
    /// The parameters beyond host, port, user, password and database, for a URL that leads to the same place.
    extra: Vec<(&'static str, String)>,
}

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.display_url())
    }
}

impl Settings {
    /// Reads a `postgres://` URL or a `key=value` list; what it leaves open comes from its service, from the PG*
    /// variables and from libpq's defaults. `origin` says where the text came from, such as "`DATABASE_URL`".
    ///
    /// Fails when the text cannot be read, without repeating what could be a password.
    pub fn parse(text: &str, origin: &str, environment: &Environment) -> anyhow::Result<Self> {
        let said = url::parse(text, origin);
        let settings = said.and_then(|said| Settings::resolve(said, origin, environment));
        settings.with_context(|| format!("cannot use the connection string from {origin}"))
    }

    /// The same for another database of that server, with the password that it has in the password file.
    ///
    /// Fails when the text cannot be read, without repeating what could be a password.
    pub fn parse_in(text: &str, dbname: &str, origin: &str, environment: &Environment) -> anyhow::Result<Self> {
        let said = url::parse(text, origin).and_then(|mut said| {
            said.set("dbname", dbname, origin)?;
            Ok(said)
        });
        let settings = said.and_then(|said| Settings::resolve(said, origin, environment));
        settings.with_context(|| format!("cannot use the connection string from {origin}"))
    }

    /// What the PG* variables and libpq's defaults say.
    pub fn from_variables(environment: &Environment) -> anyhow::Result<Self> {
        let origin = "the PG* variables";
        let settings = Settings::resolve(Parameters::default(), origin, environment);
        settings.with_context(|| format!("cannot use the connection that {origin} describe"))
    }

    fn resolve(mut said: Parameters, origin: &str, environment: &Environment) -> anyhow::Result<Self> {
        let variables = Parameters::from_variables(environment)?;
        let either = |name: &str| said.get(name).or_else(|| variables.get(name)).map(str::to_owned);
        if let Some(name) = either("service") {
            let file = either("servicefile");
            said.fill(service::look_up(&name, file.as_deref(), environment)?);
        }
        said.fill(variables);
        let user = said.get("user").or(environment.user());
        let user = user.ok_or_else(|| failure("it is not known which user to connect as", "set `PGUSER`"))?.to_owned();
        let dbname = said.get("dbname").unwrap_or(&user).to_owned();
        let mut settings = Settings {
            endpoints: endpoints(&said)?,
            base: base(&said, &user)?,
            tls: Tls::resolve(&said, environment)?,
            timeout: number(&said, "connect_timeout")?.map(Duration::from_secs),
            origin: origin.to_owned(),
            warnings: Vec::new(),
            extra: extra(&said),
            user,
            dbname,
        };
        settings.add_passwords(&said, environment);
        Ok(settings)
    }

    /// Gives each endpoint its password: the one that was said, else the one in the password file.
    fn add_passwords(&mut self, said: &Parameters, environment: &Environment) {
        if let Some(password) = said.value("password") {
            for endpoint in &mut self.endpoints {
                endpoint.password = Some((Secret::new(&password.text), password.origin.clone()));
            }
            return;
        }
        let usual = || environment.home().map(|home| home.join(".pgpass"));
        let Some(path) = said.get("passfile").map(PathBuf::from).or_else(usual) else { return };
        match password_file::open(&path) {
            password_file::Opened::Missing => {}
            password_file::Opened::Ignored(why) => self.warnings.push(why),
            password_file::Opened::Read(file) => {
                for endpoint in &mut self.endpoints {
                    let host = match &endpoint.host {
                        // libpq's rule for the socket that it would use by itself.
                        Host::Unix(folder) if said.get("host").is_none() || is_usual_socket(folder) => "localhost",
                        Host::Unix(folder) => &folder.display().to_string(),
                        Host::Tcp(name) => name,
                    };
                    endpoint.password = file.look_up(host, endpoint.port, &self.dbname, &self.user);
                }
            }
        }
    }

    /// The same server, with another database. The password stays.
    pub fn with_dbname(mut self, dbname: impl Into<String>) -> Self {
        self.dbname = dbname.into();
        self
    }

    /// The same with a connect timeout for the case that nobody said one.
    pub fn or_connect_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = self.timeout.or(Some(timeout));
        self
    }

    /// How long one server address may take to let us in; zero for as long as it likes.
    pub fn connect_timeout(&self) -> Duration {
        self.timeout.unwrap_or(CONNECT_TIMEOUT)
    }

    /// Who said where the database is: "`--url`", "`DATABASE_URL`", "the PG* variables".
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What the user should know about these settings, such as a password file that was ignored.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The first host: a name, an address, or the folder of a Unix socket.
    pub fn host(&self) -> String {
        self.endpoints.first().map(|endpoint| endpoint.host.to_string()).unwrap_or_default()
    }

    /// The first port.
    pub fn port(&self) -> u16 {
        self.endpoints.first().map_or(5432, |endpoint| endpoint.port)
    }

    /// The database.
    pub fn dbname(&self) -> &str {
        &self.dbname
    }

    /// The user.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// A URL to show: user, hosts, ports and database, never a password.
    pub fn display_url(&self) -> String {
        self.url(None, &self.endpoints)
    }

    /// A URL to connect with: all of it, the password included. For `dbtool dev` and for nobody's log.
    pub fn url_with_password(&self) -> String {
        let password = self.endpoints.first().and_then(|endpoint| endpoint.password.as_ref());
        let mut text = self.url(password.map(|(secret, _)| secret), &self.endpoints);
        for (at, (name, value)) in self.extra.iter().enumerate() {
            let separator = if at == 0 { '?' } else { '&' };
            text.push_str(&format!("{separator}{name}={}", url::encode(value)));
        }
        text
    }

    /// The URL to show of one of the servers.
    pub(super) fn display_endpoint(&self, endpoint: &Endpoint) -> String {
        self.url(None, std::slice::from_ref(endpoint))
    }

    fn url(&self, password: Option<&Secret>, endpoints: &[Endpoint]) -> String {
        let password = password.map(|secret| format!(":{}", url::encode(secret.reveal()))).unwrap_or_default();
        let hosts = endpoints.iter().map(|endpoint| {
            let host = match &endpoint.host {
                Host::Tcp(address) if address.contains(':') => format!("[{address}]"),
                other => url::encode(&other.to_string()),
            };
            format!("{host}:{}", endpoint.port)
        });
        let hosts = hosts.collect::<Vec<_>>().join(",");
        format!("postgres://{}{password}@{hosts}/{}", url::encode(&self.user), url::encode(&self.dbname))
    }
}

fn extra(said: &Parameters) -> Vec<(&'static str, String)> {
    let elsewhere = ["host", "port", "user", "password", "dbname", "passfile", "service", "servicefile"];
    let kept = said.iter().filter(|(name, _)| !elsewhere.contains(name));
    kept.map(|(name, value)| (name, value.to_owned())).collect()
}

/// What tokio-postgres understands by itself.
fn base(said: &Parameters, user: &str) -> anyhow::Result<tokio_postgres::Config> {
    let mut base = tokio_postgres::Config::new();
    let name = said.get("application_name").or_else(|| said.get("fallback_application_name"));
    base.user(user).application_name(name.unwrap_or("dbtool"));
    if let Some(options) = said.get("options") {
        base.options(options);
    }
    let attributes = [
        ("any", TargetSessionAttrs::Any),
        ("read-write", TargetSessionAttrs::ReadWrite),
        ("read-only", TargetSessionAttrs::ReadOnly),
        // A primary takes writes and a standby does not: the same question for a server that nobody has locked.
        ("primary", TargetSessionAttrs::ReadWrite),
        ("standby", TargetSessionAttrs::ReadOnly),
    ];
    base.target_session_attrs(choice(said, "target_session_attrs", &attributes)?.unwrap_or(TargetSessionAttrs::Any));
    let bindings = [
        ("disable", ChannelBinding::Disable),
        ("prefer", ChannelBinding::Prefer),
        ("require", ChannelBinding::Require),
    ];
    base.channel_binding(choice(said, "channel_binding", &bindings)?.unwrap_or(ChannelBinding::Prefer));
    let negotiations = [("postgres", SslNegotiation::Postgres), ("direct", SslNegotiation::Direct)];
    base.ssl_negotiation(choice(said, "sslnegotiation", &negotiations)?.unwrap_or(SslNegotiation::Postgres));
    keep_alive(said, &mut base)?;
    Ok(base)
}

fn keep_alive(said: &Parameters, base: &mut tokio_postgres::Config) -> anyhow::Result<()> {
    let positive = |name: &str| Ok::<_, anyhow::Error>(number(said, name)?.filter(|number| *number > 0));
    base.keepalives(number(said, "keepalives")? != Some(0));
    if let Some(seconds) = positive("keepalives_idle")? {
        base.keepalives_idle(Duration::from_secs(seconds));
    }
    if let Some(seconds) = positive("keepalives_interval")? {
        base.keepalives_interval(Duration::from_secs(seconds));
    }
    if let Some(count) = positive("keepalives_count")? {
        base.keepalives_retries(u32::try_from(count)?);
    }
    if let Some(milliseconds) = positive("tcp_user_timeout")? {
        base.tcp_user_timeout(Duration::from_millis(milliseconds));
    }
    Ok(())
}

/// A whole number that is not negative.
fn number(said: &Parameters, name: &str) -> anyhow::Result<Option<u64>> {
    let Some(text) = said.get(name) else { return Ok(None) };
    let number = text.trim().parse::<u64>();
    number
        .map(Some)
        .map_err(|_| failure(format!("`{name}` is not a whole number"), "it takes digits only, without a unit"))
}

/// One of the values that a parameter takes.
pub(super) fn choice<T: Copy>(said: &Parameters, name: &str, values: &[(&str, T)]) -> anyhow::Result<Option<T>> {
    let Some(text) = said.get(name) else { return Ok(None) };
    match values.iter().find(|(value, _)| *value == text) {
        Some((_, meaning)) => Ok(Some(*meaning)),
        None => {
            let hint = suggestion(text, values.iter().map(|(value, _)| *value));
            // What stands there may be a secret that got to the wrong place.
            Err(failure(format!("`{name}` does not take the value that it has"), hint))
        }
    }
}

#[cfg(test)]
mod tests;
