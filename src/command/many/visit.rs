//! A visit: a dbtool that works on one database, heard out to its end.

use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};
use tokio::sync::watch;

use super::stamp::stamp;
use super::targets::Goal;
use crate::project::Project;

/// How often a visit is asked to end before it is made to: the first time it stops cleanly, the second at once.
const ASKED: u32 = 2;

/// What became of one database.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) goal: Goal,
    /// Which database it is and how far it has come, after a good end.
    pub(super) stamp: Option<String>,
    /// The exit code; `None` where a signal ended it, or it never began.
    pub(super) exit: Option<i32>,
    pub(super) took: Duration,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Visit {
    /// Neither done nor found to differ.
    pub(super) fn failed(&self) -> bool {
        !matches!(self.exit, Some(0 | 2))
    }

    /// What went wrong, with its causes and what to do: all from the error on.
    pub(super) fn error(&self) -> Option<&str> {
        let at =
            if self.stderr.starts_with("error: ") { Some(0) } else { self.stderr.find("\nerror: ").map(|at| at + 1) };
        at.map(|at| self.stderr[at..].trim_end())
    }

    /// The line that says most: what went wrong, else the last one.
    pub(super) fn said(&self) -> &str {
        let error = self.error().and_then(|error| error.lines().next());
        error.or_else(|| self.stderr.lines().last()).unwrap_or("nothing was said")
    }

    /// How it ended, in a word.
    pub(super) fn word(&self) -> &'static str {
        match self.exit {
            Some(0) => "done",
            Some(2) => "differs",
            Some(3) => "refused",
            _ => "failed",
        }
    }
}

/// Starts a visit and hears it out. `asked` counts how often it was to end.
pub(super) async fn visit(project: Project, goal: Goal, mut command: Command, asked: watch::Receiver<u32>) -> Visit {
    let begun = Instant::now();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A Ctrl-C at the terminal is handed on by the run, once.
    #[cfg(unix)]
    command.process_group(0);
    let heard = match command.spawn() {
        Ok(child) => hear(child, asked).await,
        Err(error) => Err(error),
    };
    let took = begun.elapsed();
    match heard {
        Ok((status, stdout, mut stderr)) => {
            if status.code().is_none() {
                stderr.push_str(&format!("error: the visit was ended: {status}\n"));
            }
            let stamp = if status.success() { stamp(&project, &goal.name).await } else { None };
            Visit { goal, stamp, exit: status.code(), took, stdout, stderr }
        }
        Err(error) => {
            let stderr = format!("error: the visit could not be made: {error}\n");
            Visit { goal, stamp: None, exit: None, took, stdout: String::new(), stderr }
        }
    }
}

/// All that it says, and how it ends.
async fn hear(mut child: Child, mut asked: watch::Receiver<u32>) -> std::io::Result<(ExitStatus, String, String)> {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let (status, out, err) = tokio::join!(
        end(&mut child, &mut asked),
        async { if let Some(mut out) = out { out.read_to_end(&mut stdout).await } else { Ok(0) } },
        async { if let Some(mut err) = err { err.read_to_end(&mut stderr).await } else { Ok(0) } },
    );
    out.and(err)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok((status?, text(&stdout), text(&stderr)))
}

/// Waits for the end, and hands each wish for it on.
async fn end(child: &mut Child, asked: &mut watch::Receiver<u32>) -> std::io::Result<ExitStatus> {
    loop {
        tokio::select! {
            status = child.wait() => return status,
            Ok(()) = asked.changed() => {
                let times = *asked.borrow_and_update();
                if times > ASKED { child.start_kill()? } else { ask(child) }
            }
        }
    }
}

/// Asks a process to end. It has an id only while nobody has taken its exit code, so that no other can be meant.
fn ask(child: &Child) {
    #[cfg(unix)]
    if let Some(pid) = child.id().and_then(|pid| i32::try_from(pid).ok()) {
        let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGTERM);
    }
    #[cfg(not(unix))]
    let _ = child;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_wrong_is_found_behind_what_was_said_before() {
        let visit = |exit, stderr: &str| Visit {
            goal: Goal { name: "a".into(), place: String::new(), canary: false },
            stamp: None,
            exit,
            took: Duration::ZERO,
            stdout: String::new(),
            stderr: stderr.to_owned(),
        };
        let failed = visit(Some(1), "applying V1\nerror: no\ncaused by: this\nhint: do\n");
        assert_eq!((failed.said(), failed.error()), ("error: no", Some("error: no\ncaused by: this\nhint: do")));
        let done = visit(Some(0), "warning: x\n1 migration applied\n");
        assert_eq!((done.said(), done.error(), done.word()), ("1 migration applied", None, "done"));
        assert_eq!((visit(None, "").word(), visit(None, "").said()), ("failed", "nothing was said"));
        assert_eq!(visit(Some(1), "error: first\n").said(), "error: first");
    }
}
