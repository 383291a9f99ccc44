//! The connection against real servers: every `sslmode`, passwords and their files, and the words for each failure.

mod certificates;
mod failures;
mod server;
mod session;
mod tls;
mod ways;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use dbtool::database::{Database, Settings, connect, lost};
use dbtool::error::{report, server_error};
use dbtool::project::Environment;

use crate::support::{self, TestServer, free_port};
use certificates::{Authority, Pair};
use server::{PASSWORD, start};

/// What the server's certificates say it is called.
const NAME: &str = "db.test";

static RIGHT: LazyLock<Authority> = LazyLock::new(|| Authority::new("right"));
static WRONG: LazyLock<Authority> = LazyLock::new(|| Authority::new("wrong"));
static TLS: LazyLock<TestServer> = LazyLock::new(|| start(Some((&RIGHT.server(NAME), &RIGHT.pem()))));
static EXPIRED: LazyLock<TestServer> = LazyLock::new(|| start(Some((&RIGHT.expired(NAME), &RIGHT.pem()))));
static PLAIN: LazyLock<TestServer> = LazyLock::new(|| start(None));

/// A folder with the files that the connection strings name.
struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Self {
        let files = Files(support::folder());
        files.write("right.pem", &RIGHT.pem(), 0o644);
        files.write("wrong.pem", &WRONG.pem(), 0o644);
        files
    }

    fn write(&self, name: &str, text: &str, mode: u32) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The parameters for this client certificate.
    fn client(&self, pair: &Pair) -> String {
        let certificate = self.write("client.crt", &pair.certificate, 0o644);
        let key = self.write("client.key", &pair.key, 0o600);
        format!("sslcert={} sslkey={}", certificate.display(), key.display())
    }
}

async fn open_in(environment: &Environment, text: &str) -> anyhow::Result<Database> {
    connect(&Settings::parse(text, "the test", environment)?).await
}

/// Connects as `app` over TCP.
async fn open(server: &TestServer, text: &str) -> anyhow::Result<Database> {
    let environment = Environment::empty().with("PGUSER", "app").with("PGPASSWORD", PASSWORD);
    open_in(&environment, &format!("host={NAME} hostaddr=127.0.0.1 port={} dbname=app {text}", server.port)).await
}

/// The report of a failure, which must not hold the password.
fn complaint(result: anyhow::Result<Database>) -> String {
    let error = result.expect_err("it connected");
    let said = format!("{}{error:?}", report(&error));
    assert!(!said.contains(PASSWORD) && !said.contains("s3cr"), "{said}");
    report(&error)
}
