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
    _home: TempDir,
}

/// dbtool with nothing of the caller's environment but the search path: no PG* variables, no `DATABASE_URL`,
/// home and cache in a temporary folder.
pub fn dbtool() -> Tool {
    let home = folder();
    let mut command = Command::new(env!("CARGO_BIN_EXE_dbtool"));
    command.env_clear().env("HOME", home.path()).env("XDG_CACHE_HOME", home.path().join("cache")).env("NO_COLOR", "1");
    for kept in ["PATH", "TMPDIR", "SystemRoot", "LLVM_PROFILE_FILE"] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
    Tool { command, input: None, _home: home }
}

impl Tool {
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
    pub fn into_command(self) -> (Command, TempDir) {
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

/// A project folder of one test, deleted when this goes.
pub struct Project {
    folder: TempDir,
}

impl Project {
    /// An empty one.
    pub fn new() -> Self {
        Self { folder: folder() }
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
        dbtool().current_dir(self.path()).args(args).run()
    }

    /// Runs dbtool here on a database.
    pub fn dbtool_at(&self, url: &str, args: &[&str]) -> Run {
        dbtool().current_dir(self.path()).args(["--url", url]).args(args).run()
    }
}

/// A temporary folder that other users may enter: as root, a server runs as somebody else.
fn folder() -> TempDir {
    let folder = tempfile::Builder::new().prefix("dbtool-test-").tempdir().unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder
}
