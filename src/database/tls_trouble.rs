//! What can go wrong with TLS, in words: the server's certificate, the client's, the handshake.

use rustls::{AlertDescription, CertificateError};

use super::endpoint::{Endpoint, Host};
use super::settings::Settings;
use super::trouble::Words;
use super::verify::is_ca;

/// What happened and what to do next.
pub(super) fn tls_words(error: &rustls::Error, settings: &Settings, endpoint: &Endpoint) -> Words {
    let roots = match &settings.tls.roots {
        Some(path) => format!("the root certificates in `{}`", path.display()),
        None => "the system's root certificates".to_owned(),
    };
    let host = &endpoint.host;
    match error {
        rustls::Error::InvalidCertificate(reason) => match reason {
            CertificateError::UnknownIssuer | CertificateError::BadSignature => (
                format!("the server's certificate is not signed by any of {roots}"),
                "name the file with the authority that signed it: `sslrootcert=ca.pem`".to_owned(),
            ),
            CertificateError::NotValidForName => (name_words(host, &[]), NAME_HINT.to_owned()),
            CertificateError::NotValidForNameContext { presented, .. } => {
                (name_words(host, presented), NAME_HINT.to_owned())
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
                "the server's certificate has expired".to_owned(),
                "the server needs a new one; check this machine's clock, too".to_owned(),
            ),
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                ("the server's certificate is not valid yet".to_owned(), "check this machine's clock".to_owned())
            }
            _ if is_ca(error) => (
                "the server shows an authority's certificate as its own".to_owned(),
                "if that is meant, name that very certificate with `sslrootcert`".to_owned(),
            ),
            _ => ("the server's certificate is not valid".to_owned(), String::new()),
        },
        rustls::Error::AlertReceived(alert) => alert_words(*alert),
        _ => ("TLS failed".to_owned(), String::new()),
    }
}

const NAME_HINT: &str = "connect by a name that the certificate holds (as a subject alternative name), or have it \
                         reissued; `sslmode=verify-ca` would not check the name";

fn name_words(host: &Host, presented: &[String]) -> String {
    // rustls writes them as `DnsName("db.example")` and `IpAddress(10.0.0.1)`.
    let bare = |name: &String| {
        let inner = name.split_once('(').map_or(name.as_str(), |(_, inner)| inner.trim_end_matches(')'));
        format!("`{}`", inner.trim_matches('"'))
    };
    let names = presented.iter().map(bare).collect::<Vec<_>>().join(", ");
    let names = if names.is_empty() { "no name at all".to_owned() } else { names };
    format!("the server's certificate is not for `{host}`: it is for {names}")
}

/// The server ended the handshake: about our certificate, as a rule.
fn alert_words(alert: AlertDescription) -> Words {
    use AlertDescription as A;
    match alert {
        A::CertificateRequired => (
            "the server wants a client certificate".to_owned(),
            "name the certificate and its key with `sslcert` and `sslkey`".to_owned(),
        ),
        A::UnknownCA | A::BadCertificate | A::DecryptError | A::CertificateUnknown | A::UnsupportedCertificate => (
            "the server does not accept the client certificate".to_owned(),
            "it has to be signed by an authority that the server trusts (its `ssl_ca_file`)".to_owned(),
        ),
        A::CertificateExpired => ("the client certificate has expired".to_owned(), "it needs to be renewed".to_owned()),
        _ => (format!("the server ended the TLS handshake: {alert:?}"), String::new()),
    }
}
