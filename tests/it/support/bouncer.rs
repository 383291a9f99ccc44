//! A real PgBouncer in transaction mode, where the machine has one.

use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::programs::server_user;
use super::server::free_port;

/// A running PgBouncer; it ends with the value.
pub struct Bouncer {
    port: u16,
    child: Child,
    folder: TempDir,
}

/// Where the program is; PostgreSQL's packages put it where only root's `PATH` leads.
fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/sbin", "/usr/bin", "/usr/local/bin"].map(PathBuf::from);
    std::env::split_paths(&path).chain(usual).map(|folder| folder.join("pgbouncer")).find(|it| it.is_file())
}

/// Starts one before the server of a port, with some more settings; nothing where there is no PgBouncer.
pub fn bouncer(server: u16, settings: &str) -> Option<Bouncer> {
    let program = program()?;
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    std::fs::write(folder.path().join("users"), "\"postgres\" \"\"\n").unwrap();
    let config = format!(
        "[databases]\n* = host=127.0.0.1 port={server}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
         auth_type = trust\nauth_file = {folder}/users\npool_mode = transaction\nunix_socket_dir =\n{settings}\n",
        folder = folder.path().display()
    );
    std::fs::write(folder.path().join("config"), config).unwrap();
    let mut command = Command::new(program);
    if let Some((user, group)) = server_user() {
        use std::os::unix::process::CommandExt as _;
        for file in ["", "users", "config"] {
            std::os::unix::fs::chown(folder.path().join(file), Some(user), Some(group)).unwrap();
        }
        command.uid(user).gid(group);
    }
    let log = std::fs::File::create(folder.path().join("log")).unwrap();
    command.arg(folder.path().join("config")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    let child = command.spawn().unwrap();
    let mut bouncer = Bouncer { port, child, folder };
    bouncer.wait();
    Some(bouncer)
}

impl Bouncer {
    fn wait(&mut self) {
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("PgBouncer ended ({status}): {}", self.log());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("PgBouncer does not listen: {}", self.log());
    }

    /// What it has said so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// A database through it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
