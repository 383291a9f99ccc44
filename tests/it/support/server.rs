//! A server a major version and a test process: started on first use, gone with the process however it ends.
//! And servers of a suite's own, with its settings, rules and certificates.
//!
//! What is in it is [`super::database`]'s part.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use nix::unistd::AccessFlags;

use super::programs::{cache, fixture_programs, lock, major_of, server_user};

/// A running server with the superuser `postgres`, and trust for everybody unless it got other rules.
pub struct TestServer {
    /// The major version.
    pub major: u32,
    /// Where `postgres` and its companions are.
    pub bin_dir: PathBuf,
    /// The port, on 127.0.0.1 and of the socket.
    pub port: u16,
    /// The folder of the Unix socket.
    pub socket_dir: PathBuf,
    /// Everything of this server: `data`, `log`, the socket. Gone when the process is.
    pub folder: PathBuf,
    pub(super) leash: Mutex<ChildStdin>,
    pub(super) warm: OnceLock<&'static str>,
}

/// Settings for speed over safety; the data goes with the process anyway.
const SETTINGS: [&str; 14] = [
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_connections=200",
    "shared_buffers=32MB",
    "autovacuum=off",
    "jit=off",
    "timezone=UTC",
    "dynamic_shared_memory_type=mmap",
    "logging_collector=off",
    "log_line_prefix=%m [%p] [%d] ",
];

/// Runs the server on a leash: when the test process ends in any way, the pipe on stdin breaks, the server is
/// stopped and its folder deleted. A line on the pipe asks for the server once more, on the same data. Arguments: folder, prepared data folder, server program, its arguments.
const GUARD: &str = r#"
folder=$1; template=$2; shift 2
trap '' HUP
cp -R "$template" "$folder/data" && chmod 700 "$folder/data" && {
    "$@" >"$folder/log" 2>&1 &
    pid=$!
    while read -r line; do
        kill -KILL $pid 2>/dev/null
        wait $pid
        "$@" >>"$folder/log" 2>&1 &
        pid=$!
    done
    kill -QUIT $pid 2>/dev/null
    wait $pid
}
rm -rf "$folder"
"#;

/// The server of a major version, started on first use.
pub fn server(major: u32) -> &'static TestServer {
    static SERVERS: [OnceLock<TestServer>; 4] = [const { OnceLock::new() }; 4];
    let slot = (major as usize).checked_sub(15).and_then(|at| SERVERS.get(at)).expect("versions 15 to 18");
    slot.get_or_init(|| start(major, &fixture_programs(major), &[], &[]))
}

impl TestServer {
    /// The URL of a database for the superuser.
    pub fn url(&self, database: &str) -> String {
        format!("postgresql://postgres@127.0.0.1:{}/{database}", self.port)
    }
}

/// A new server that nobody shares. Further settings are `name=value`; a file is a setting that names one, and what
/// is to be in it: `("hba_file", "local all all trust")`.
pub fn own_server(programs: &Path, settings: &[&str], files: &[(&str, &str)]) -> TestServer {
    start(major_of(programs), programs, settings, files)
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// Starts a server; tries other ports where somebody was quicker.
fn start(major: u32, programs: &Path, settings: &[&str], files: &[(&str, &str)]) -> TestServer {
    let template = template(major, programs);
    let mut log = String::new();
    for _ in 0..5 {
        match try_start(major, programs, &template, settings, files) {
            Ok(server) => return server,
            Err(why) => log = why,
        }
    }
    panic!("PostgreSQL {major} does not start:\n{log}");
}

fn try_start(
    major: u32,
    programs: &Path,
    template: &Path,
    settings: &[&str],
    files: &[(&str, &str)],
) -> Result<TestServer, String> {
    let folder = new_folder();
    let port = free_port();
    let mut guard = Command::new("sh");
    guard.args(["-c", GUARD, "guard"]).arg(&folder).arg(template).arg(programs.join("bin/postgres"));
    guard.arg("-D").arg(folder.join("data")).arg("-p").arg(port.to_string()).arg("-k").arg(&folder);
    guard.args(SETTINGS.iter().chain(settings).flat_map(|setting| ["-c", setting]));
    for (setting, text) in files {
        let file = folder.join(setting);
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        own(&file);
        guard.arg("-c").arg(format!("{setting}={}", file.display()));
    }
    // A group of its own: Ctrl-C at the terminal must not end the guard before it has cleaned up.
    guard.current_dir(&folder).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    let mut guard = as_server_user(&mut guard).spawn().unwrap();
    let leash = guard.stdin.take().unwrap();
    wait_until_ready(&folder, &mut guard)?;
    // Nobody waits for the guard: it outlives this process on purpose.
    Ok(TestServer {
        major,
        bin_dir: programs.join("bin"),
        port,
        socket_dir: folder.clone(),
        folder,
        leash: leash.into(),
        warm: OnceLock::new(),
    })
}

/// A server says `ready` in the eighth line of its pid file.
fn wait_until_ready(folder: &Path, guard: &mut Child) -> Result<(), String> {
    let start = Instant::now();
    let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
    loop {
        let pid_file = fs::read_to_string(folder.join("data/postmaster.pid")).unwrap_or_default();
        if pid_file.lines().nth(7).is_some_and(|status| status.trim() == "ready") {
            return Ok(());
        }
        let log = log();
        if log.contains("FATAL") || guard.try_wait().unwrap().is_some() || start.elapsed() > Duration::from_secs(60) {
            return Err(format!("{log}\n(after {:?})", start.elapsed()));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// How many bytes have to be free in memory for servers to live there.
const ROOM_IN_MEMORY: u64 = 6 << 30;

/// A folder for one server, short enough for a socket in it (107 bytes), owned by the server's user.
///
/// In memory where there is plenty of it: a new database is a copy of some 300 files. Benchmarks measure on the disk.
fn new_folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let room = nix::sys::statvfs::statvfs(memory).map(|it| it.blocks_available() * it.fragment_size());
    let mut parent = std::env::temp_dir();
    if cfg!(test)
        && room.is_ok_and(|bytes| bytes > ROOM_IN_MEMORY)
        && nix::unistd::access(memory, AccessFlags::W_OK).is_ok()
    {
        parent = memory.to_owned();
    } else if parent.as_os_str().len() > 60 || server_user().is_some() {
        parent = PathBuf::from("/tmp");
    }
    let folder = tempfile::Builder::new().prefix("dbtool-test-").tempdir_in(parent).unwrap().keep();
    own(&folder);
    folder
}

/// A data folder as initdb leaves it, made once a version and user: copying it is ten times faster than initdb.
fn template(major: u32, programs: &Path) -> PathBuf {
    let uid = server_user().map_or_else(|| nix::unistd::getuid().as_raw(), |(uid, _)| uid);
    let folder = cache().join(format!("template-{major}-of-{uid}"));
    let ready = folder.join("data");
    let _lock = lock(&format!("template-{major}"));
    if ready.is_dir() {
        return ready;
    }
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).unwrap();
    own(&folder);
    let mut said = String::new();
    for locale in ["--locale=C.UTF-8", "--locale=C"] {
        let mut initdb = Command::new(programs.join("bin/initdb"));
        initdb.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--wal-segsize=4", locale, "-D"]);
        let output = as_server_user(initdb.arg(folder.join("fresh")).current_dir(&folder)).output().unwrap();
        if output.status.success() {
            fs::rename(folder.join("fresh"), &ready).unwrap();
            return ready;
        }
        said += &String::from_utf8_lossy(&output.stderr);
    }
    panic!("initdb of PostgreSQL {major} failed:\n{said}");
}

fn as_server_user(command: &mut Command) -> &mut Command {
    match server_user() {
        Some((uid, gid)) => command.uid(uid).gid(gid).env("HOME", "/"),
        None => command,
    }
}

fn own(path: &Path) {
    if let Some((uid, gid)) = server_user() {
        chown(path, Some(uid), Some(gid)).unwrap();
    }
}
