//! Making, starting and stopping the server with PostgreSQL's own programs.
//!
//! Which programs, where and as whom is decided before.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::account;
use super::install::Programs;
use super::place::{self, Place};
use super::state::{self, Running, State};
use super::{NAME, PATIENCE};
use crate::error::failure;
use crate::talk::Talk;

/// Lines of the server's log that a failed start shows.
const SHOWN: usize = 12;

/// How often a start is tried on another port: between looking for a free one and taking it, somebody may be quicker.
const TRIES: usize = 5;

/// The major version that made the data folder; `None` where there is none yet.
pub(super) fn major_of(place: &Place) -> anyhow::Result<Option<u32>> {
    let Some(text) = place::read(&place.data().join("PG_VERSION"))? else { return Ok(None) };
    let major = text.trim().parse().with_context(|| format!("`{}` is no data folder", place.data().display()))?;
    Ok(Some(major))
}

/// Makes the data folder: beside, and renamed when whole, after its password is written down.
pub(super) fn create(place: &Place, programs: Programs, talk: Talk) -> anyhow::Result<State> {
    let _spin = talk.spin(format!("making a private PostgreSQL {} server", programs.version));
    let (fresh, data) = (place.folder.join("fresh"), place.data());
    let state = State { port: 0, password: password()?, programs };
    let pwfile = place.folder.join("password");
    place::write_private(&pwfile, &state.password)?;
    let made = place
        .own(&pwfile)
        .map_err(|error| place::unusable(&pwfile, error))
        .and_then(|()| initdb(place, &state.programs, &fresh, &pwfile));
    let removed = fs::remove_file(&pwfile);
    made?;
    removed.with_context(|| format!("cannot delete `{}`", pwfile.display()))?;
    state.write(place)?;
    fs::rename(&fresh, &data).map_err(|error| place::unusable(&data, error))?;
    Ok(state)
}

/// Runs initdb with the first locale that this machine has.
fn initdb(place: &Place, programs: &Programs, fresh: &Path, pwfile: &Path) -> anyhow::Result<()> {
    let builtin = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
    let mut locales = vec![&["--locale=C.UTF-8"][..]];
    if programs.major() >= 17 {
        locales.push(&builtin);
    }
    locales.push(&["--locale=C"]);
    let mut said = String::new();
    for locale in locales {
        let _ = fs::remove_dir_all(fresh);
        place.make_own_folder(fresh).map_err(|error| place::unusable(fresh, error))?;
        let mut command = account::command(&programs.program("initdb"), place.account);
        // `--no-sync`: until the first start there is nothing in it that could not be made again.
        command.args(["--username", NAME, "--encoding=UTF8", "--auth=scram-sha-256", "--no-sync"]).args(locale);
        let output = run(command.arg("--pwfile").arg(pwfile).arg("--pgdata").arg(fresh))?;
        if output.status.success() {
            return Ok(());
        }
        said = both(&output);
        if !said.contains("locale") {
            break;
        }
    }
    let _ = fs::remove_dir_all(fresh);
    if place::tells_of_full_disk(&said) {
        return Err(place::disk_full(fresh));
    }
    Err(failure(format!("`initdb` failed:\n{}", tail(&said)), "its words above say why; nothing was left behind"))
}

/// Starts the server on the remembered port, or on another where that one is taken. Gives the port.
pub(super) fn start(place: &Place, state: &State, talk: Talk) -> anyhow::Result<u16> {
    let _spin = talk.spin(format!("starting the private PostgreSQL {} server", state.programs.version));
    let (began, mut port, mut tries) = (Instant::now(), state.port, 1);
    loop {
        port = free_port(port)?;
        if start_on(place, &state.programs, port)? {
            return Ok(port);
        }
        let log = place::read(&place.log())?.unwrap_or_default();
        if log.contains("is still in use") && began.elapsed() < PATIENCE {
            // The server was killed, and its backends still write: they end with what they are at.
            std::thread::sleep(Duration::from_millis(100));
        } else if log.contains("could not bind") && tries < TRIES {
            (port, tries) = (0, tries + 1);
        } else {
            return Err(no_start(place, &log));
        }
    }
}

/// This port if it is free, else one that is.
fn free_port(port: u16) -> anyhow::Result<u16> {
    if port != 0 && TcpListener::bind(("127.0.0.1", port)).is_ok() {
        return Ok(port);
    }
    let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr());
    Ok(free.context("no port of 127.0.0.1 is free")?.port())
}

fn no_start(place: &Place, log: &str) -> anyhow::Error {
    if place::tells_of_full_disk(log) {
        return place::disk_full(&place.data());
    }
    let whole = format!("its whole log is `{}`", place.log().display());
    let hint = format!("{whole}; `dbtool dev --reset` deletes its data and begins anew");
    failure(format!("the private server does not start:\n{}", tail(log)), hint)
}

/// Starts the server; false where it ended again, for a reason that its log tells.
///
/// Not with pg_ctl: it hands paths to a shell unquoted.
fn start_on(place: &Place, programs: &Programs, port: u16) -> anyhow::Result<bool> {
    let (data, log) = (place.data(), place.log());
    state::disown(place)?;
    let streams = File::create(&log).and_then(|file| Ok((file.try_clone()?, file)));
    let (stdout, stderr) = streams.map_err(|error| place::unusable(&log, error))?;
    let mut command = account::command(&programs.program("postgres"), place.account);
    command.arg("-D").arg(&data).args(settings(place, port)).stdout(stdout).stderr(stderr);
    apart(&mut command);
    let mut server = command.spawn().context("cannot run `postgres`")?;
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if server.try_wait()?.is_some() {
            return Ok(false);
        }
        if is_ready(&data) {
            // The server lives on when dbtool ends. Where it ends first, somebody has to take note, or its number
            // would look alive for as long as this process is.
            std::thread::spawn(move || server.wait());
            return Ok(true);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let _ = server.kill();
    let _ = server.wait();
    Ok(false)
}

/// A server that accepts connections says so in the eighth line of its pid file.
fn is_ready(data: &Path) -> bool {
    let pid_file = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    pid_file.lines().nth(7).is_some_and(|status| status.trim() == "ready")
}

/// In a process group of its own, so that Ctrl-C at dbtool's terminal does not reach the server. A hangup may: to
/// PostgreSQL it only means to read its settings again.
#[cfg(unix)]
fn apart(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(windows)]
fn apart(command: &mut Command) {
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
    std::os::windows::process::CommandExt::creation_flags(command, CREATE_NEW_PROCESS_GROUP);
}

/// dbtool's settings. On the command line, because the data folder is another user's where dbtool runs as root, and
/// root should write nothing there.
fn settings(place: &Place, port: u16) -> Vec<String> {
    let socket = place.socket().filter(|folder| folder_is_ours(place, folder));
    let socket = socket.map(|folder| folder.display().to_string()).unwrap_or_default();
    let settings = [
        "listen_addresses=127.0.0.1".to_owned(),
        format!("port={port}"),
        format!("unix_socket_directories={socket}"),
        "unix_socket_permissions=0700".to_owned(),
        // fsync stays on: what somebody typed into a development database should outlive a power cut. Not waiting for
        // it at each commit is nearly as quick as having none, and loses the last moments at worst, never the whole.
        "synchronous_commit=off".to_owned(),
    ];
    settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting]).collect()
}

/// Makes the socket's folder anew: a killed server leaves a lock file there too, whose number may by now be another
/// process's. A folder that is not only ours is not used: others could swap the socket.
fn folder_is_ours(place: &Place, folder: &Path) -> bool {
    let own = place.data().metadata();
    if own.is_ok_and(|own| folder.symlink_metadata().is_ok_and(|found| found.is_dir() && same_owner(&own, &found))) {
        let _ = fs::remove_dir_all(folder);
    }
    place.make_own_folder(folder).is_ok()
}

#[cfg(unix)]
fn same_owner(own: &fs::Metadata, found: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    own.uid() == found.uid() && found.mode() & 0o077 == 0
}

#[cfg(not(unix))]
fn same_owner(_own: &fs::Metadata, _found: &fs::Metadata) -> bool {
    false
}

/// Stops the server: open transactions are rolled back, sessions ended.
pub(super) fn stop(place: &Place, running: &Running) -> anyhow::Result<()> {
    // The second way is for a server that hangs in its shutdown; the next start recovers.
    for (way, patience) in [(Way::Fast, 30), (Way::Immediate, 10)] {
        ask_to_stop(running.pid, way)?;
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(patience) {
            if !state::is_server_of(running.pid, &place.data()) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    let what = format!("the private server (process {}) does not stop", running.pid);
    Err(failure(what, format!("its log is `{}`", place.log().display())))
}

/// How a server is asked to stop.
#[derive(Debug, Clone, Copy)]
enum Way {
    Fast,
    Immediate,
}

/// With signals, as they need neither programs nor a password.
#[cfg(unix)]
fn ask_to_stop(pid: u32, way: Way) -> anyhow::Result<()> {
    use nix::sys::signal::{Signal, kill};
    let signal = match way {
        Way::Fast => Signal::SIGINT,
        Way::Immediate => Signal::SIGQUIT,
    };
    match kill(nix::unistd::Pid::from_raw(pid.try_into()?), signal) {
        Ok(()) | Err(nix::errno::Errno::ESRCH) => Ok(()),
        Err(error) => Err(error).with_context(|| format!("cannot stop the private server (process {pid})")),
    }
}

#[cfg(not(unix))]
fn ask_to_stop(pid: u32, way: Way) -> anyhow::Result<()> {
    // There are no signals to ask with: the next start recovers.
    let force: &[&str] = match way {
        Way::Fast => &[],
        Way::Immediate => &["/F"],
    };
    run(Command::new("taskkill").args(["/T", "/PID", &pid.to_string()]).args(force)).map(drop)
}

fn run(command: &mut Command) -> anyhow::Result<Output> {
    command.output().with_context(|| format!("cannot run `{}`", Path::new(command.get_program()).display()))
}

fn both(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The last lines, indented.
fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let last = &lines[lines.len().saturating_sub(SHOWN)..];
    last.iter().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// A password that nobody has to type: 128 bits from the system.
fn password() -> anyhow::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("the system gives no random numbers: {error}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_differ_and_a_tail_is_short() {
        assert_ne!(password().unwrap(), password().unwrap());
        let long: String = (0..100).map(|line| format!("{line}\n")).collect();
        assert_eq!(tail(&long).lines().count(), SHOWN);
        assert!(tail(&long).ends_with("  99"));
    }
}
