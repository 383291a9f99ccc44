//! What is remembered of a private server between two runs, and whether it runs now.
//!
//! Starting and stopping it is `cluster`'s part.

use std::fmt;
use std::path::Path;
#[cfg(not(target_os = "linux"))]
use std::process::Command;

use serde::{Deserialize, Serialize};

use super::install::Programs;
use super::place::{self, Place};
use crate::error::Hint as _;

/// What `state.json` holds.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct State {
    /// The port of the last start; taken again if it is free.
    pub(super) port: u16,
    /// The superuser's password.
    pub(super) password: String,
    /// The programs that run the server.
    pub(super) programs: Programs,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("port", &self.port).field("programs", &self.programs).finish_non_exhaustive()
    }
}

impl State {
    /// Reads it; `None` where no server was made yet.
    pub(super) fn read(place: &Place) -> anyhow::Result<Option<Self>> {
        let path = place.folder.join("state.json");
        let Some(text) = place::read(&path)? else { return Ok(None) };
        let state = serde_json::from_str(&text).map_err(|error| {
            // Not serde's own words: they may quote the password.
            anyhow::anyhow!("`{}` is damaged (line {})", path.display(), error.line())
        });
        state.map(Some).hint("`dbtool dev --reset` deletes the private server and begins anew")
    }

    /// Writes it.
    pub(super) fn write(&self, place: &Place) -> anyhow::Result<()> {
        place::write_private(&place.folder.join("state.json"), &serde_json::to_string_pretty(self)?)
    }
}

/// A live server process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Running {
    /// The process.
    pub(super) pid: u32,
    /// Its port; not yet known in the first moments of a start.
    pub(super) port: Option<u16>,
}

/// The server on the data folder, if it lives. Its pid file alone proves nothing: it stays when the server is killed,
/// and its number may by now be another process's.
pub(super) fn running(place: &Place) -> Option<Running> {
    let data = place.data();
    let pid_file = place::read(&data.join("postmaster.pid")).ok()??;
    let mut lines = pid_file.lines();
    let pid = lines.next()?.trim().parse().ok()?;
    let port = lines.nth(2).and_then(|port| port.trim().parse().ok());
    is_server_of(pid, &data).then_some(Running { pid, port })
}

/// Makes what a killed server left no hindrance to the next one, which this process is about to start.
///
/// PostgreSQL would not start where the number in the pid file is by now another process's. Deleting the file would
/// be dangerous: it also tells which shared memory to look at, for backends of the killed server that still write. So
/// the file stays, with the number of the next server's parent, which PostgreSQL takes for stale.
#[cfg(unix)]
pub(super) fn disown(place: &Place) -> anyhow::Result<()> {
    let path = place.data().join("postmaster.pid");
    let Some(pid_file) = place::read(&path)? else { return Ok(()) };
    // Only numbers are copied: as root, a link in the server's folder must not lead to a copy of a foreign file.
    let memory = pid_file.lines().nth(6).unwrap_or_default();
    let memory: Vec<u64> = memory.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    let memory = if let [key, id] = memory[..] { format!("{key} {id}") } else { String::new() };
    place::write_private(&path, &format!("{}\n\n0\n0\n\n\n{memory}\n", std::process::id()))?;
    place.own(&path).map_err(|error| place::unusable(&path, error))
}

/// Elsewhere the file is left as it is.
#[cfg(not(unix))]
pub(super) fn disown(_place: &Place) -> anyhow::Result<()> {
    Ok(())
}

/// Whether the process is a server that was started on this data folder.
#[cfg(target_os = "linux")]
pub(super) fn is_server_of(pid: u32, data: &Path) -> bool {
    // The command line can be read by everybody, `exe` and `cwd` not even by root in most containers. It is empty for
    // a dead process that nobody has waited for.
    let arguments = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    arguments.split(|byte| *byte == 0).any(|argument| argument == data.as_os_str().as_encoded_bytes())
}

/// Whether the process is a server that was started on this data folder.
#[cfg(all(unix, not(target_os = "linux")))]
pub(super) fn is_server_of(pid: u32, data: &Path) -> bool {
    let ps = Command::new("ps").args(["-ww", "-o", "command=", "-p", &pid.to_string()]).output();
    // Without `ps` the careful answer is yes: the server itself then says what is wrong.
    ps.is_ok_and(|ps| String::from_utf8_lossy(&ps.stdout).contains(&*data.to_string_lossy()))
}

/// Whether the process is a server that was started on this data folder.
#[cfg(not(unix))]
pub(super) fn is_server_of(pid: u32, _data: &Path) -> bool {
    let filter = format!("PID eq {pid}");
    let list = Command::new("tasklist").args(["/NH", "/FI", &filter]).output();
    list.is_ok_and(|list| String::from_utf8_lossy(&list.stdout).contains("postgres"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> (tempfile::TempDir, Place) {
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        let place = Place { programs: folder.path().into(), folder: folder.path().into(), account: None };
        std::fs::create_dir(place.data()).unwrap();
        (folder, place)
    }

    #[test]
    fn a_pid_file_of_a_foreign_or_dead_process_or_damaged_is_no_server() {
        let (_folder, place) = place();
        assert_eq!(running(&place), None);
        for pid in [std::process::id().to_string(), "4194399".into(), "no number".into(), String::new()] {
            std::fs::write(place.data().join("postmaster.pid"), format!("{pid}\n/x\n0\n5432\n")).unwrap();
            assert_eq!(running(&place), None, "{pid}");
        }
    }

    #[test]
    fn a_damaged_state_says_so_without_the_password() {
        let (_folder, place) = place();
        let text = r#"{"port": 1, "password": "secret", "programs": "secret"}"#;
        std::fs::write(place.folder.join("state.json"), text).unwrap();
        let report = crate::error::report(&State::read(&place).unwrap_err());
        assert!(report.contains("is damaged") && report.contains("--reset") && !report.contains("secret"), "{report}");
    }

    #[cfg(unix)]
    #[test]
    fn the_state_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_folder, place) = place();
        let programs = Programs { bin_dir: "/b".into(), share_dir: "/s".into(), version: "18.6".into() };
        let state = State { port: 7, password: "secret".into(), programs };
        state.write(&place).unwrap();
        let mode = place.folder.join("state.json").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(State::read(&place).unwrap().unwrap().password, "secret");
        assert!(!format!("{state:?}").contains("secret"));
    }
}
