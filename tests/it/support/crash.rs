//! Servers that die without a word and come back on the same data; and connections that outlast that by being opened
//! again.

use std::fs;
use std::io::Write as _;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, Error, NoTls, SimpleQueryMessage};

use super::server::TestServer;

/// How long anything here may take before it is a failure.
const PATIENCE: Duration = Duration::from_secs(90);

impl TestServer {
    /// Kills the postmaster and every child of it with SIGKILL. What they had not written is lost.
    pub fn kill(&self) {
        let pid_file = fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        let postmaster: i32 = pid_file.lines().next().unwrap().trim().parse().unwrap();
        // Stopped first: it must not have further children, nor tell those it has that one of them died.
        signal(postmaster, Signal::SIGSTOP);
        let mut all = children(postmaster);
        all.push(postmaster);
        all.iter().for_each(|pid| signal(*pid, Signal::SIGKILL));
        let start = Instant::now();
        while all.iter().any(|pid| is_running(*pid)) {
            assert!(start.elapsed() < PATIENCE, "processes of the server outlive SIGKILL");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Starts it again after [`TestServer::kill`], on the same data, and waits until it has recovered.
    pub fn start_again(&self) {
        self.leash.lock().unwrap().write_all(b"again\n").unwrap();
        drop(Line::wait_for(&self.url("postgres")));
    }
}

/// A connection that is used from a thread without a runtime.
pub struct Line {
    runtime: Runtime,
    client: Client,
}

impl Line {
    /// Connects; `None` where the server is not there, or not ready.
    pub fn open(url: &str) -> Option<Self> {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let connecting = async { tokio::time::timeout(PATIENCE, tokio_postgres::connect(url, NoTls)).await };
        let (client, connection) = runtime.block_on(connecting).ok()?.ok()?;
        runtime.spawn(connection);
        Some(Self { runtime, client })
    }

    /// Connects as soon as the server is ready.
    pub fn wait_for(url: &str) -> Self {
        let start = Instant::now();
        loop {
            if let Some(line) = Self::open(url) {
                return line;
            }
            assert!(start.elapsed() < PATIENCE, "the server is not there");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The rows of the last statements, all values as text.
    pub fn rows(&self, sql: &str) -> Result<Vec<Vec<String>>, Error> {
        let messages = self.runtime.block_on(self.client.simple_query(sql))?;
        Ok(messages.iter().filter_map(values).collect())
    }

    /// Waits until the other end is gone.
    pub fn wait_for_loss(&self) {
        let start = Instant::now();
        while self.rows("").is_ok() || !self.is_lost() {
            assert!(start.elapsed() < PATIENCE, "the connection was to be lost");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Whether the other end is gone.
    pub fn is_lost(&self) -> bool {
        self.client.is_closed()
    }
}

fn values(message: &SimpleQueryMessage) -> Option<Vec<String>> {
    let SimpleQueryMessage::Row(row) = message else { return None };
    Some((0..row.len()).map(|at| row.get(at).unwrap_or("NULL").to_owned()).collect())
}

/// Kills a process with SIGKILL; `false` where it ended by itself before.
pub fn kill_running(pid: i32) -> bool {
    signal(pid, Signal::SIGSTOP);
    let start = Instant::now();
    // Only one that stands still can no longer end by itself.
    while is_running(pid) && state(pid).is_some_and(|(state, _)| state != "T") {
        assert!(start.elapsed() < PATIENCE, "process {pid} does not stop");
    }
    let stopped = is_running(pid);
    signal(pid, Signal::SIGKILL);
    stopped
}

/// Sends a signal; a process that is gone already is none.
fn signal(pid: i32, signal: Signal) {
    let _ = kill(Pid::from_raw(pid), signal);
}

/// State and parent of a process.
fn state(pid: i32) -> Option<(String, i32)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything.
    let mut words = stat.rsplit_once(')')?.1.split_whitespace();
    Some((words.next()?.to_owned(), words.next()?.parse().ok()?))
}

fn is_running(pid: i32) -> bool {
    state(pid).is_some_and(|(state, _)| state != "Z" && state != "X")
}

fn children(parent: i32) -> Vec<i32> {
    let pids = fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| state(*pid).is_some_and(|(_, of)| of == parent)).collect()
}
