//! TLS: what each `sslmode` asks of the server's certificate, and the certificate that the client shows.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::parameter::Parameters;
use super::settings::choice;
use super::verify::{Lenient, Trusting};
use crate::error::{Hint as _, failure};
use crate::project::Environment;

/// `sslmode`, as in libpq; `allow` counts as `prefer`, which is never worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Disable,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// What is asked of the server's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    Nothing,
    /// A root that we trust signed it.
    Chain,
    /// And it names the host.
    ChainAndName,
}

/// The TLS part of the settings. Names files; nothing is read before a connection is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tls {
    pub(super) mode: Mode,
    pub(super) check: Check,
    /// The file with the roots; `None` for the system's.
    pub(super) roots: Option<PathBuf>,
    /// The client's certificate and key.
    client: Option<(PathBuf, PathBuf)>,
    newest_only: bool,
}

impl Tls {
    /// Reads the ssl* parameters by libpq's rules.
    pub(super) fn resolve(said: &Parameters, environment: &Environment) -> anyhow::Result<Self> {
        let modes = [
            ("disable", Mode::Disable),
            ("allow", Mode::Prefer),
            ("prefer", Mode::Prefer),
            ("require", Mode::Require),
            ("verify-ca", Mode::VerifyCa),
            ("verify-full", Mode::VerifyFull),
        ];
        let system = said.get("sslrootcert") == Some("system");
        let default = if system { Mode::VerifyFull } else { Mode::Prefer };
        let mode = choice(said, "sslmode", &modes)?.unwrap_or(default);
        if system && mode != Mode::VerifyFull {
            let hint = "anybody can get a certificate from a public root, so only the name in it proves something";
            return Err(failure("`sslrootcert=system` needs `sslmode=verify-full`", hint));
        }
        if said.get("sslnegotiation") == Some("direct") && matches!(mode, Mode::Disable | Mode::Prefer) {
            return Err(failure(
                "`sslnegotiation=direct` needs TLS for certain",
                "add `sslmode=require` or a stricter one",
            ));
        }
        let default_file = |name: &str| {
            let path = environment.home().map(|home| home.join(".postgresql").join(name));
            path.filter(|path| path.exists())
        };
        let named = said.get("sslrootcert").filter(|_| !system).map(PathBuf::from);
        let roots = named.or_else(|| if system { None } else { default_file("root.crt") });
        let check = match mode {
            Mode::Disable | Mode::Prefer => Check::Nothing,
            // libpq's rule: whoever keeps a root certificate wants it checked.
            Mode::Require => roots.as_ref().map_or(Check::Nothing, |_| Check::Chain),
            Mode::VerifyCa => Check::Chain,
            Mode::VerifyFull => Check::ChainAndName,
        };
        let versions = [("TLSv1", false), ("TLSv1.1", false), ("TLSv1.2", false), ("TLSv1.3", true)];
        let newest_only = choice(said, "ssl_min_protocol_version", &versions)?.unwrap_or(false);
        let certificate = said.get("sslcert").map(PathBuf::from).or_else(|| default_file("postgresql.crt"));
        let key = said.get("sslkey").map(PathBuf::from).or_else(|| default_file("postgresql.key"));
        Ok(Tls { mode, check, roots, client: client(certificate, key)?, newest_only })
    }

    /// No TLS at all: what a connection over a socket has, whatever was asked for.
    pub(super) const OFF: Tls =
        Tls { mode: Mode::Disable, check: Check::Nothing, roots: None, client: None, newest_only: false };

    /// What tokio-postgres calls the mode.
    pub(super) fn wire_mode(&self) -> SslMode {
        match self.mode {
            Mode::Disable => SslMode::Disable,
            Mode::Prefer => SslMode::Prefer,
            Mode::Require | Mode::VerifyCa | Mode::VerifyFull => SslMode::Require,
        }
    }

    /// Whether the client has a certificate to show.
    pub(super) fn shows_certificate(&self) -> bool {
        self.client.is_some() && self.mode != Mode::Disable
    }

    /// Reads the files and makes the connector.
    ///
    /// Fails when a file cannot be read, holds nothing of its kind, or is a key that others may read.
    pub(super) fn connector(&self) -> anyhow::Result<MakeRustlsConnect> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
        let builder = if self.newest_only {
            builder.with_protocol_versions(&[&rustls::version::TLS13])?
        } else {
            builder.with_safe_default_protocol_versions()?
        };
        let builder = builder.dangerous().with_custom_certificate_verifier(self.verifier(provider)?);
        let mut config = match self.client.as_ref().filter(|_| self.shows_certificate()) {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => {
                let chain = certificates(certificate, "client certificate")?;
                let shown = (certificate.display(), key.display());
                builder
                    .with_client_auth_cert(chain, private_key(key)?)
                    .with_context(|| format!("the key `{}` does not go with the certificate `{}`", shown.1, shown.0))?
            }
        };
        // As libpq since 17: `sslnegotiation=direct` needs it, and other servers pass over it.
        config.alpn_protocols = vec![b"postgresql".to_vec()];
        Ok(MakeRustlsConnect::new(config))
    }

    fn verifier(&self, provider: Arc<CryptoProvider>) -> anyhow::Result<Arc<dyn ServerCertVerifier>> {
        if self.check == Check::Nothing {
            return Ok(Arc::new(Trusting(provider)));
        }
        let (roots, pinned) = match &self.roots {
            Some(path) => read_roots(path)?,
            None => (system_roots()?, Vec::new()),
        };
        let strict = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
        Ok(Arc::new(Lenient { strict, pinned, name_too: self.check == Check::ChainAndName }))
    }
}

/// The client's certificate needs its key; a key alone is of no use, and libpq passes over it.
fn client(certificate: Option<PathBuf>, key: Option<PathBuf>) -> anyhow::Result<Option<(PathBuf, PathBuf)>> {
    match (certificate, key) {
        (Some(certificate), Some(key)) => Ok(Some((certificate, key))),
        (Some(certificate), None) => Err(failure(
            format!("the client certificate `{}` has no key", certificate.display()),
            "name the key's file with `sslkey`, or put it into `~/.postgresql/postgresql.key`",
        )),
        (None, _) => Ok(None),
    }
}

fn certificates(path: &Path, what: &str) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let shown = path.display();
    let bytes = fs::read(path).with_context(|| format!("cannot read the {what} `{shown}`"))?;
    let found = CertificateDer::pem_slice_iter(&bytes).collect::<Result<Vec<_>, _>>();
    let found = found.with_context(|| format!("the {what} `{shown}` is not PEM"))?;
    if found.is_empty() {
        let hint = "it has to be PEM: `-----BEGIN CERTIFICATE-----`";
        return Err(failure(format!("there is no certificate in `{shown}`"), hint));
    }
    Ok(found)
}

/// The key, which nobody else may be able to read: libpq's rule, down to root's keys being readable by a group.
fn private_key(path: &Path) -> anyhow::Result<PrivateKeyDer<'static>> {
    let shown = path.display();
    let metadata = fs::metadata(path).with_context(|| format!("cannot read the client key `{shown}`"))?;
    let forbidden = if metadata.uid() == 0 { 0o037 } else { 0o077 };
    if metadata.mode() & forbidden != 0 {
        let hint = format!("`chmod 600 {shown}` makes it private");
        return Err(failure(format!("others may read the client key `{shown}`"), hint));
    }
    let bytes = fs::read(path).with_context(|| format!("cannot read the client key `{shown}`"))?;
    if String::from_utf8_lossy(&bytes).contains("ENCRYPTED") {
        let hint = "write an unencrypted copy: `openssl pkey -in KEY -out COPY`";
        return Err(failure(format!("the client key `{shown}` is encrypted, which dbtool cannot read"), hint));
    }
    PrivateKeyDer::from_pem_slice(&bytes)
        .with_context(|| format!("there is no private key in `{shown}`"))
        .hint("it has to be PEM, in PKCS#8, PKCS#1 or SEC1 form")
}

/// The roots in a file, and all its certificates as they stand.
fn read_roots(path: &Path) -> anyhow::Result<(RootCertStore, Vec<CertificateDer<'static>>)> {
    let found = certificates(path, "root certificate")
        .hint("`sslrootcert` names it; `sslrootcert=system` takes the system's")?;
    let mut roots = RootCertStore::empty();
    for certificate in &found {
        let added = roots.add(certificate.clone());
        added.with_context(|| format!("a certificate in `{}` cannot be used as a root", path.display()))?;
    }
    Ok((roots, found))
}

/// The system's roots, from where OpenSSL has them; `SSL_CERT_FILE` and `SSL_CERT_DIR` count as for OpenSSL, too.
fn system_roots() -> anyhow::Result<RootCertStore> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let hint = "install the system's CA certificates, or name a file with `sslrootcert`";
        let why = found.errors.first().map(|error| format!(": {error}")).unwrap_or_default();
        return Err(failure(format!("the system has no root certificates{why}"), hint));
    }
    Ok(roots)
}
