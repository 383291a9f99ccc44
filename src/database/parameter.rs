//! The parameters of a connection by libpq's names, with where each value came from.
//!
//! Knows which names exist and which variable stands for each; what the values mean is left to `settings`.

use std::collections::BTreeMap;

use anyhow::bail;

use crate::error::failure;
use crate::project::{Environment, suggestion};

/// What becomes of a known parameter.
enum Treatment {
    /// It is used.
    Used,
    /// It makes no difference to dbtool.
    Ignored,
    /// To pass over it would be wrong; why it is not supported.
    Refused(&'static str),
}

struct Known {
    name: &'static str,
    variable: Option<&'static str>,
    treatment: Treatment,
}

const fn used(name: &'static str, variable: Option<&'static str>) -> Known {
    Known { name, variable, treatment: Treatment::Used }
}

const fn ignored(name: &'static str, variable: Option<&'static str>) -> Known {
    Known { name, variable, treatment: Treatment::Ignored }
}

const fn refused(name: &'static str, variable: Option<&'static str>, why: &'static str) -> Known {
    Known { name, variable, treatment: Treatment::Refused(why) }
}

const NO_LISTS: &str = "dbtool checks no revocation lists; leave it out, or connect through a proxy that checks them";

/// All of libpq's parameters.
const KNOWN: &[Known] = &[
    used("host", Some("PGHOST")),
    used("hostaddr", Some("PGHOSTADDR")),
    used("port", Some("PGPORT")),
    used("dbname", Some("PGDATABASE")),
    used("user", Some("PGUSER")),
    used("password", Some("PGPASSWORD")),
    used("passfile", Some("PGPASSFILE")),
    used("service", Some("PGSERVICE")),
    used("servicefile", Some("PGSERVICEFILE")),
    used("sslmode", Some("PGSSLMODE")),
    used("sslnegotiation", Some("PGSSLNEGOTIATION")),
    used("sslrootcert", Some("PGSSLROOTCERT")),
    used("sslcert", Some("PGSSLCERT")),
    used("sslkey", Some("PGSSLKEY")),
    used("ssl_min_protocol_version", Some("PGSSLMINPROTOCOLVERSION")),
    used("connect_timeout", Some("PGCONNECT_TIMEOUT")),
    used("options", Some("PGOPTIONS")),
    used("application_name", Some("PGAPPNAME")),
    used("fallback_application_name", None),
    used("target_session_attrs", Some("PGTARGETSESSIONATTRS")),
    used("channel_binding", Some("PGCHANNELBINDING")),
    used("keepalives", None),
    used("keepalives_idle", None),
    used("keepalives_interval", None),
    used("keepalives_count", None),
    used("tcp_user_timeout", None),
    ignored("load_balance_hosts", Some("PGLOADBALANCEHOSTS")),
    ignored("client_encoding", Some("PGCLIENTENCODING")),
    ignored("gssencmode", Some("PGGSSENCMODE")),
    ignored("gsslib", Some("PGGSSLIB")),
    ignored("gssdelegation", Some("PGGSSDELEGATION")),
    ignored("krbsrvname", Some("PGKRBSRVNAME")),
    ignored("sslcompression", None),
    ignored("sslsni", Some("PGSSLSNI")),
    refused("sslcrl", Some("PGSSLCRL"), NO_LISTS),
    refused("sslcrldir", Some("PGSSLCRLDIR"), NO_LISTS),
    refused("sslpassword", None, "dbtool reads no encrypted keys; write an unencrypted one with `openssl pkey`"),
    refused("ssl_max_protocol_version", None, "dbtool always speaks the newest TLS that the server knows"),
    refused("sslcertmode", Some("PGSSLCERTMODE"), "a client certificate is sent when there is one and the server asks"),
    refused("requirepeer", Some("PGREQUIREPEER"), "dbtool does not check who runs the server behind a socket"),
    refused(
        "require_auth",
        Some("PGREQUIREAUTH"),
        "dbtool cannot restrict the way of logging in; see `channel_binding`",
    ),
    refused("replication", None, "dbtool needs an ordinary connection"),
];

/// A value and where it came from, as a user would say it: "`DATABASE_URL`", "`PGPASSWORD`".
#[derive(Clone)]
pub(super) struct Value {
    pub(super) text: String,
    pub(super) origin: String,
}

/// The parameters that were said; each at most once. No `Debug`: one of them is the password.
#[derive(Clone, Default)]
pub(super) struct Parameters(BTreeMap<&'static str, Value>);

impl Parameters {
    /// Sets one; the last word counts. An unknown name is an error that suggests the nearest; an empty value counts as
    /// not set, as in libpq.
    pub(super) fn set(&mut self, name: &str, text: impl Into<String>, origin: &str) -> anyhow::Result<()> {
        let Some(known) = KNOWN.iter().find(|known| known.name == name) else {
            let names = KNOWN.iter().map(|known| known.name);
            return Err(failure(format!("unknown connection parameter `{name}`"), suggestion(name, names)));
        };
        let text = text.into();
        if text.is_empty() {
            self.0.remove(known.name);
            return Ok(());
        }
        if text.contains('\0') {
            bail!("the value of `{name}` holds a zero byte");
        }
        match known.treatment {
            Treatment::Ignored => {}
            Treatment::Refused(why) => {
                return Err(failure(format!("the connection parameter `{name}` is not supported"), why));
            }
            Treatment::Used => {
                self.0.insert(known.name, Value { text, origin: origin.to_owned() });
            }
        }
        Ok(())
    }

    /// What the PG* variables say.
    pub(super) fn from_variables(environment: &Environment) -> anyhow::Result<Self> {
        let mut found = Parameters::default();
        for known in KNOWN {
            if let Some((variable, text)) = known.variable.and_then(|v| Some((v, environment.get(v)?))) {
                found.set(known.name, text, &format!("`{variable}`"))?;
            }
        }
        Ok(found)
    }

    /// Takes from `others` what is not said here.
    pub(super) fn fill(&mut self, others: Parameters) {
        for (name, value) in others.0 {
            self.0.entry(name).or_insert(value);
        }
    }

    /// The value and where it came from.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The value.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.text.as_str())
    }

    /// All that were said, by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.text.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::report;

    #[test]
    fn an_unknown_name_suggests_the_nearest() {
        let error = Parameters::default().set("sslmod", "require", "here").unwrap_err();
        assert_eq!(report(&error), "error: unknown connection parameter `sslmod`\nhint: did you mean `sslmode`?\n");
    }

    #[test]
    fn what_would_weaken_the_connection_is_refused_and_what_does_not_matter_is_ignored() {
        let mut all = Parameters::default();
        assert!(report(&all.set("sslcrl", "x.crl", "here").unwrap_err()).contains("revocation lists"));
        all.set("gssencmode", "disable", "here").unwrap();
        assert_eq!(all.iter().count(), 0);
    }

    #[test]
    fn what_was_said_first_stays() {
        let mut said = Parameters::default();
        said.set("host", "a", "the URL").unwrap();
        let environment = Environment::empty().with("PGHOST", "b").with("PGPORT", "1");
        said.fill(Parameters::from_variables(&environment).unwrap());
        assert_eq!((said.get("host"), said.get("port")), (Some("a"), Some("1")));
        assert_eq!(said.value("port").unwrap().origin, "`PGPORT`");
    }
}
