//! The servers of the connection's tests: with users that get in by one way each, and with TLS or without.

use super::*;

pub const PASSWORD: &str = "s3cr@t/ü";

/// A statement a line: a database cannot be made together with anything else.
const SETUP: &str = "\
CREATE ROLE app LOGIN PASSWORD 's3cr@t/ü'
CREATE ROLE certified LOGIN
CREATE ROLE outsider LOGIN PASSWORD 's3cr@t/ü'
CREATE ROLE tls_only LOGIN PASSWORD 's3cr@t/ü'
CREATE ROLE plain_only LOGIN PASSWORD 's3cr@t/ü'
CREATE ROLE crowded LOGIN PASSWORD 's3cr@t/ü' CONNECTION LIMIT 0
CREATE DATABASE app
CREATE DATABASE closed
REVOKE CONNECT ON DATABASE closed FROM public
";

const RULES: &str = "\
local all all trust
host all outsider all reject
hostnossl all tls_only all reject
hostssl all plain_only all reject
hostssl all certified all cert
host all all all scram-sha-256
";

/// Starts a server; with TLS if it is given a certificate (and the authority of its clients).
pub fn start(certificate: Option<(&Pair, &str)>) -> TestServer {
    let mut settings = vec![];
    let mut files = vec![("hba_file", RULES)];
    if let Some((pair, authority)) = certificate {
        settings.push("ssl=on");
        files.push(("ssl_cert_file", &pair.certificate));
        files.push(("ssl_key_file", &pair.key));
        files.push(("ssl_ca_file", authority));
    }
    let server = support::own_server(&support::programs_with_tls(), &settings, &files);
    let socket = format!("host={} port={} user=postgres dbname=postgres", server.socket_dir.display(), server.port);
    SETUP.lines().for_each(|statement| support::execute(&socket, statement));
    server
}
