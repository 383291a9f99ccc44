//! One command on many databases: a canary first, then several at a time, until enough have failed.
//!
//! Each database is visited by a dbtool of its own, so that nothing of one run can leak into another.

use std::collections::{BTreeSet, VecDeque};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};
use tokio::task::JoinSet;

use super::{TextOrJson, output};
use crate::error::{Exit, failure};
use crate::interrupt::Interrupt;
use crate::project::Project;
use crate::talk::Talk;

/// How many databases are visited.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "With several databases, as --target 'eu_*' or --target all")]
pub struct Args {
    /// How many are visited at a time
    #[arg(long, value_name = "N", default_value_t = 8, global = true, value_parser = clap::value_parser!(u16).range(1..=256))]
    parallel: u16,
    /// Visit no further ones after so many have failed; the first one alone is a canary
    #[arg(long, value_name = "N", default_value_t = 1, global = true, value_parser = clap::value_parser!(u32).range(1..))]
    stop_after: u32,
    /// Visit only those where the last run of this command failed, or which it did not reach
    #[arg(long, global = true)]
    resume: bool,
}

/// The options that are this room's business, and how many values they take.
const OURS: [(&str, bool); 4] = [("--target", true), ("--parallel", true), ("--stop-after", true), ("--resume", false)];

/// What became of one database.
struct Visit {
    name: String,
    /// The exit code; `None` where a signal ended it.
    exit: Option<i32>,
    took: Duration,
    stdout: String,
    stderr: String,
}

impl Visit {
    fn failed(&self) -> bool {
        !matches!(self.exit, Some(0 | 2))
    }

    /// The line that says most: what went wrong, else the last one.
    fn said(&self) -> &str {
        let error = self.stderr.lines().find(|line| line.starts_with("error: "));
        error.or_else(|| self.stderr.lines().last()).unwrap_or("nothing was said")
    }

    fn word(&self) -> &'static str {
        match self.exit {
            Some(0) => "done",
            Some(2) => "differs",
            Some(3) => "refused",
            _ => "failed",
        }
    }
}

/// A run over many databases.
pub(crate) struct Many<'a> {
    pub(crate) project: &'a Project,
    pub(crate) talk: &'a Talk,
    pub(crate) args: &'a Args,
    /// The command's name.
    pub(crate) command: &'static str,
    pub(crate) format: TextOrJson,
}

impl Many<'_> {
    /// Visits the databases.
    ///
    /// # Errors
    /// A run cannot be started or noted; what goes wrong with a database is in the report and in the exit code.
    pub(crate) async fn run(&self, names: Vec<String>) -> Result<Exit> {
        let all = names.len();
        let memory = Memory::of(self.project, self.command)?;
        let before = if self.args.resume { memory.read()? } else { BTreeSet::new() };
        let waiting: VecDeque<String> = names.iter().filter(|name| !before.contains(*name)).cloned().collect();
        if waiting.len() < all {
            self.talk.say(format!("{} of {all} were done by the last run", all - waiting.len()));
        }
        let mut done = before;
        let (visits, left) = self.visit(waiting).await?;
        done.extend(visits.iter().filter(|visit| !visit.failed()).map(|visit| visit.name.clone()));
        memory.write(&done)?;
        self.report(&visits, &left)?;
        Ok(worst(&visits, &left))
    }

    /// The canary by itself, then the others; gives what was not reached as well.
    async fn visit(&self, mut waiting: VecDeque<String>) -> Result<(Vec<Visit>, Vec<String>)> {
        let all = waiting.len();
        let (mut visits, mut running) = (Vec::new(), JoinSet::new());
        let (mut failed, mut stopped) = (0, false);
        let mut interrupt = Interrupt::listen();
        let mut pids: Vec<u32> = Vec::new();
        loop {
            let room = if visits.is_empty() { 1 } else { usize::from(self.args.parallel) };
            while !stopped && running.len() < room && (visits.is_empty() || failed < self.args.stop_after) {
                let Some(name) = waiting.pop_front() else { break };
                let child = self.start(&name)?;
                pids.extend(child.id());
                running.spawn(wait(name, child));
            }
            tokio::select! {
                visit = running.join_next() => {
                    let Some(visit) = visit else { break };
                    let visit: Visit = visit.context("a visit broke off")??;
                    failed += u32::from(visit.failed());
                    // A canary that fails is enough.
                    stopped |= visits.is_empty() && visit.failed();
                    visits.push(visit);
                    self.progress(visits.len(), all, &visits[visits.len() - 1]);
                }
                () = interrupt.came() => {
                    stopped = true;
                    self.talk.say("interrupted: the databases that are being visited come to a stop");
                    pids.iter().for_each(|pid| end(*pid));
                }
            }
        }
        Ok((visits, waiting.into()))
    }

    fn progress(&self, at: usize, all: usize, visit: &Visit) {
        let width = all.to_string().len();
        let (name, word, said) = (&visit.name, visit.word(), visit.said());
        self.talk.say(format!("[{at:>width$}/{all}] {name}: {word} in {:.1} s: {said}", visit.took.as_secs_f64()));
    }

    /// A dbtool for one database: the same arguments, but for the target.
    fn start(&self, name: &str) -> Result<Child> {
        let environment = self.project.environment();
        let program = environment.program().context("cannot find this program's own file")?;
        let mut command = Command::new(program);
        command.args(without_ours(environment.arguments())).arg("--target").arg(name);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A Ctrl-C at the terminal is ours to hand on, once.
        #[cfg(unix)]
        command.process_group(0);
        command.spawn().with_context(|| format!("cannot start `{}`", program.display()))
    }

    fn report(&self, visits: &[Visit], left: &[String]) -> Result<()> {
        if self.format == TextOrJson::Json {
            let output = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| json!(text));
            let visit = |visit: &Visit| {
                json!({ "name": visit.name, "exit": visit.exit, "seconds": visit.took.as_secs_f64(), "said": visit.said(),
                        "output": output(&visit.stdout), "talk": visit.stderr })
            };
            let targets: Vec<_> = visits.iter().map(visit).collect();
            let report = json!({ "command": self.command, "targets": targets, "not_reached": left });
            return output::line(serde_json::to_string_pretty(&report)?);
        }
        // What a seed generated is shown once, and never again.
        let is_shown = |visit: &&Visit| visit.exit != Some(0) || self.command == "seed";
        for visit in visits.iter().filter(is_shown) {
            output::line(format!("{}: {}", visit.name, visit.word()))?;
            let text = if visit.stdout.trim().is_empty() { &visit.stderr } else { &visit.stdout };
            text.lines().try_for_each(|line| output::line(format!("    {line}")))?;
        }
        if !left.is_empty() {
            output::line(format!("not reached: {}", left.join(", ")))?;
        }
        self.summary(visits, left);
        Ok(())
    }

    fn summary(&self, visits: &[Visit], left: &[String]) {
        let count = |word: &str| visits.iter().filter(|visit| visit.word() == word).count();
        let mut parts = vec![format!("{} done", count("done"))];
        for word in ["differs", "refused", "failed"] {
            if count(word) > 0 {
                parts.push(format!("{} {}", count(word), if word == "differs" { "differ" } else { word }));
            }
        }
        if !left.is_empty() {
            parts.push(format!("{} not reached", left.len()));
        }
        self.talk.say(parts.join(", "));
        if !left.is_empty() || visits.iter().any(Visit::failed) {
            self.talk.say("the same with `--resume` visits only those that are left");
        }
    }
}

/// The targets that somebody means by a name, a pattern or `all`; `None` if it is the plain name of one.
///
/// # Errors
/// The pattern is none, or nothing fits.
pub(crate) fn targets(project: &Project, said: &str) -> Result<Option<Vec<String>>> {
    let known = &project.config.targets;
    let is_pattern = said == "all" || said.contains(['*', '?', '[']);
    if known.contains_key(said) || !is_pattern {
        return Ok(None);
    }
    let pattern = glob::Pattern::new(if said == "all" { "*" } else { said })
        .map_err(|error| failure(format!("`{said}` is no pattern: {}", error.msg), "`*` stands for any letters"))?;
    let mut names: Vec<String> = known.keys().filter(|name| pattern.matches(name)).cloned().collect();
    if names.is_empty() {
        return Err(failure(
            format!("no target in `dbtool.toml` fits `{said}`"),
            "one is written `[target.NAME]` with a `url`",
        ));
    }
    // Whoever is the canary goes first.
    names.sort_by_key(|name| !known[name].canary);
    Ok(Some(names))
}

/// Waits for a dbtool and takes what it says.
async fn wait(name: String, mut child: Child) -> Result<Visit> {
    let begun = Instant::now();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let (mut out, mut err) = (child.stdout.take(), child.stderr.take());
    let reading = async {
        let (a, b) = tokio::join!(
            async { if let Some(out) = &mut out { out.read_to_end(&mut stdout).await } else { Ok(0) } },
            async { if let Some(err) = &mut err { err.read_to_end(&mut stderr).await } else { Ok(0) } },
        );
        a.and(b)
    };
    reading.await.with_context(|| format!("cannot read what `{name}` says"))?;
    let status = child.wait().await.with_context(|| format!("cannot wait for `{name}`"))?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Visit { name, exit: status.code(), took: begun.elapsed(), stdout: text(stdout), stderr: text(stderr) })
}

/// Asks a process to end.
fn end(pid: u32) {
    #[cfg(unix)]
    if let Ok(pid) = i32::try_from(pid) {
        let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGTERM);
    }
    #[cfg(not(unix))]
    let _ = pid;
}

/// The arguments without those that are this room's.
fn without_ours(arguments: &[OsString]) -> Vec<OsString> {
    let mut rest = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy();
        match OURS.iter().find(|(name, _)| text == *name || text.starts_with(&format!("{name}="))) {
            Some((name, true)) if text == *name => drop(arguments.next()),
            Some(_) => {}
            None => rest.push(argument.clone()),
        }
    }
    rest
}

/// The exit code of the whole: a failure before a refusal before a difference.
fn worst(visits: &[Visit], left: &[String]) -> Exit {
    let any = |word: &str| visits.iter().any(|visit| visit.word() == word);
    match () {
        () if any("failed") => Exit::Failed,
        () if any("refused") => Exit::Refused,
        () if !left.is_empty() => Exit::Failed,
        () if any("differs") => Exit::Different,
        () => Exit::Done,
    }
}

/// Which databases the last run of a command came to the end with, kept in the cache.
struct Memory {
    path: PathBuf,
}

impl Memory {
    fn of(project: &Project, command: &str) -> Result<Memory> {
        let root = project.root.canonicalize().context("cannot find the project's folder")?;
        let hash = Sha256::digest(root.as_os_str().as_encoded_bytes());
        let name: String = hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Ok(Memory { path: project.cache_dir()?.join("runs").join(format!("{name}_{command}.json")) })
    }

    fn read(&self) -> Result<BTreeSet<String>> {
        match std::fs::read_to_string(&self.path) {
            Ok(text) => serde_json::from_str(&text).with_context(|| format!("`{}` is damaged", self.path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(failure("no run of this command is remembered", "run it once without `--resume`"))
            }
            Err(error) => Err(error).with_context(|| format!("cannot read `{}`", self.path.display())),
        }
    }

    fn write(&self, done: &BTreeSet<String>) -> Result<()> {
        let cannot = || format!("cannot write `{}`", self.path.display());
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder).with_context(cannot)?;
        }
        std::fs::write(&self.path, serde_json::to_string(done)?).with_context(cannot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_of_a_visit_are_those_of_the_run_without_its_own() {
        let take = |all: &[&str]| without_ours(&all.iter().map(OsString::from).collect::<Vec<_>>());
        let kept =
            take(&["--target", "all", "migrate", "--to", "3", "--parallel=4", "--resume", "--stop-after", "2", "-v"]);
        assert_eq!(kept, ["migrate", "--to", "3", "-v"].map(OsString::from));
        assert_eq!(take(&["status", "--target=eu_*"]), ["status"].map(OsString::from));
    }
}
