//! A real server with TLS for the connection's tests, made from whatever PostgreSQL is installed.
//!
//! It stops, and its folder goes, when the test process ends, however that ends: a shell waits for the end of its
//! standard input, which is a pipe from here.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use super::certificates::Pair;

pub const PASSWORD: &str = "s3cr@t/ü";

const SETUP: &str = "\
CREATE ROLE app LOGIN PASSWORD 's3cr@t/ü';
CREATE ROLE certified LOGIN;
CREATE ROLE outsider LOGIN PASSWORD 's3cr@t/ü';
CREATE ROLE tls_only LOGIN PASSWORD 's3cr@t/ü';
CREATE ROLE plain_only LOGIN PASSWORD 's3cr@t/ü';
CREATE ROLE crowded LOGIN PASSWORD 's3cr@t/ü' CONNECTION LIMIT 0;
CREATE DATABASE app;
CREATE DATABASE closed;
REVOKE CONNECT ON DATABASE closed FROM public;
";

const RULES: &str = "\
local all all trust
host all outsider all reject
hostnossl all tls_only all reject
hostssl all plain_only all reject
hostssl all certified all cert
host all all all scram-sha-256
";

pub struct Server {
    pub port: u16,
    pub folder: PathBuf,
    _keeper: Child,
}

/// Starts a server on a free port; with TLS if it is given a certificate (and the authority of its clients).
pub fn tls_server(certificate: Option<(&Pair, &str)>) -> Server {
    let folder = tempfile::Builder::new().prefix("dbtool-connection-").tempdir().unwrap().keep();
    let data = folder.join("data");
    let owner = owner();
    owner.give(&folder);
    run(
        owner.command("initdb", &folder).args(["-N", "-U", "postgres", "-A", "trust", "-E", "UTF8", "-D"]).arg(&data),
        "",
    );
    run(owner.command("postgres", &folder).args(["--single", "-D"]).arg(&data).arg("postgres"), SETUP);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut settings = format!(
        "port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{}'\nfsync = off\n\
         log_min_messages = fatal\nshared_buffers = 16MB\n",
        folder.display()
    );
    owner.write(&data.join("pg_hba.conf"), RULES);
    if let Some((pair, authority)) = certificate {
        settings.push_str("ssl = on\nssl_ca_file = 'clients.crt'\n");
        owner.write(&data.join("server.crt"), &pair.certificate);
        owner.write(&data.join("server.key"), &pair.key);
        owner.write(&data.join("clients.crt"), authority);
    }
    owner.write(&data.join("postgresql.conf"), &settings);
    let script = r#""$0" -D "$1/data" & server=$!; read line; kill -QUIT $server; wait $server; rm -rf "$1""#;
    let mut command = owner.command("sh", &folder);
    command.arg("-c").arg(script).arg(program("postgres")).arg(&folder);
    let log = || fs::File::create(folder.join("log")).unwrap();
    let keeper = command.stdin(Stdio::piped()).stdout(log()).stderr(log()).spawn().unwrap();
    wait_for(port, &folder);
    Server { port, folder, _keeper: keeper }
}

fn wait_for(port: u16, folder: &Path) {
    let start = Instant::now();
    // The socket appears before the server takes logins; the line in the file says that it does.
    let ready = || fs::read_to_string(folder.join("data/postmaster.pid")).is_ok_and(|text| text.contains("ready"));
    while !ready() {
        let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert!(start.elapsed() < Duration::from_secs(60), "no server on port {port}: {}", log());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Who runs the server: PostgreSQL refuses to run as root.
struct Owner(Option<(u32, u32)>);

fn owner() -> Owner {
    if !nix::unistd::geteuid().is_root() {
        return Owner(None);
    }
    let user = |name| nix::unistd::User::from_name(name).ok().flatten();
    let user = user("postgres").or_else(|| user("nobody")).expect("a user to run PostgreSQL as");
    Owner(Some((user.uid.as_raw(), user.gid.as_raw())))
}

impl Owner {
    fn give(&self, path: &Path) {
        if let Some((uid, gid)) = self.0 {
            chown(path, Some(uid), Some(gid)).unwrap();
        }
    }

    fn write(&self, path: &Path, text: &str) {
        fs::write(path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
        self.give(path);
    }

    fn command(&self, name: &str, folder: &Path) -> Command {
        let mut command = Command::new(if name == "sh" { PathBuf::from("sh") } else { program(name) });
        command.current_dir(folder).env("LC_ALL", "C").env("TZ", "UTC");
        if let Some((uid, gid)) = self.0 {
            command.uid(uid).gid(gid);
        }
        command
    }
}

fn run(command: &mut Command, input: &str) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !said.contains("ERROR"), "{command:?}: {said}");
}

/// From the first server that was built with TLS: on `PATH`, else the newest where Debian puts them.
fn program(name: &str) -> PathBuf {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        let mut installed: Vec<_> = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().collect();
        installed.sort_by_key(|entry| std::cmp::Reverse(entry.file_name()));
        folders.extend(installed.iter().map(|entry| entry.path().join("bin")));
        let found = folders.into_iter().find(|folder| folder.join("initdb").is_file() && has_tls(folder));
        found.expect("a PostgreSQL server with TLS on PATH")
    });
    FOLDER.join(name)
}

/// Whether the server needs OpenSSL's library: nothing else tells before it has a data folder.
fn has_tls(folder: &Path) -> bool {
    fs::read(folder.join("postgres")).is_ok_and(|bytes| bytes.windows(6).any(|window| window == b"libssl"))
}
