//! One command on many databases: a canary first, then several at a time, until enough have failed.
//!
//! Each database is visited by a dbtool of its own, so that nothing of one run can leak into another, and none that dies
//! takes others along: that costs a few milliseconds a database. The rooms: `targets` says which, `walk` in which order and how
//! many, `visit` hears one out, `memory` keeps what is done for `--resume`, `report` says what became of all.

mod arguments;
mod memory;
mod report;
mod stamp;
mod targets;
mod visit;
mod walk;

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use self::arguments::without_ours;
use self::memory::{Done, Input, Memory};
use self::report::Report;
use self::stamp::stamp;
use self::targets::Goal;
pub(crate) use self::targets::{goals, means_many};
use self::walk::Walk;
use super::{Command, TextOrJson, URL_VARIABLE};
use crate::error::{Exit, failure};
use crate::project::Project;
use crate::talk::Talk;

/// How many databases are visited.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "With several databases, as --target 'eu_*' or --target all")]
pub struct Args {
    /// How many are visited at a time, with up to two connections each
    #[arg(long, value_name = "N", default_value_t = 8, global = true, value_parser = clap::value_parser!(u16).range(1..=256))]
    parallel: u16,
    /// Visit no further ones after so many have failed: 1 for what writes, no limit for `check` and `status`
    #[arg(long, value_name = "N", global = true, value_parser = clap::value_parser!(u32).range(1..))]
    stop_after: Option<u32>,
    /// Visit only those that the last run of this command did not come to a good end with, or did not reach
    #[arg(long, global = true)]
    pub(crate) resume: bool,
}

/// What is done at each database.
pub(crate) struct Act {
    /// The command's name.
    command: &'static str,
    /// How the report is printed.
    format: TextOrJson,
    /// Whether it may change the database: then one that fails stops the run, as the others would fare no better.
    writes: bool,
    /// The command's own options, but for how it prints.
    options: String,
    /// The folders of the project that it reads.
    folders: &'static [&'static str],
}

impl Act {
    /// What a command does at each of several databases.
    ///
    /// # Errors
    /// It works on one at a time.
    pub(crate) fn of(command: &Command) -> Result<Act> {
        let all: &[&str] = &["migrations", "schema", "seeds"];
        let (command, format, options, folders) = match command {
            Command::Migrate(args) => ("migrate", args.format, format!("{:?}", args.silent()), &all[..1]),
            Command::Status(args) => ("status", args.format, String::new(), &all[..1]),
            Command::Check(args) => ("check", args.format, String::new(), &all[..2]),
            Command::Seed(args) => ("seed", args.format, format!("{:?}", args.silent()), all),
            _ => {
                let hint = "`migrate`, `check`, `status` and `seed` visit several";
                return Err(failure("this command works on one database at a time", hint));
            }
        };
        Ok(Act { command, format, writes: matches!(command, "migrate" | "seed"), options, folders })
    }
}

/// A run over many databases.
pub(crate) struct Many<'a> {
    pub(crate) project: &'a Project,
    pub(crate) talk: &'a Talk,
    pub(crate) args: &'a Args,
    pub(crate) act: Act,
}

impl Many<'_> {
    /// Visits the databases.
    ///
    /// # Errors
    /// There is nothing to resume; what goes wrong with a database is in the report and in the exit code.
    pub(crate) async fn run(&self, goals: Vec<Goal>) -> Result<Exit> {
        let all = goals.len();
        let input = Input::of(self.project, &self.act)?;
        let mut memory = Memory::of(self.project, self.act.command)?;
        let done = if self.args.resume { memory.recall(&input)? } else { BTreeMap::new() };
        let done = self.still(&goals, done).await?;
        let (before, waiting): (Vec<Goal>, Vec<Goal>) =
            goals.into_iter().partition(|goal| done.contains_key(&goal.name));
        if self.args.resume {
            self.talk.say(format!("{} of {all} were done by the last run", before.len()));
        }
        memory.begin(&input, done, self.talk);
        let (visits, left) = Walk::new(self, waiting, before.is_empty()).go(&input, &mut memory).await?;
        let report = Report { act: &self.act, visits: &visits, left: &left };
        report.print(self.talk)?;
        Ok(report.exit())
    }

    /// Those of the remembered that are still what they were when they were done. Another URL under the same name is
    /// another database, and so is one that was made anew; and one that was rolled back is not done.
    async fn still(&self, goals: &[Goal], done: BTreeMap<String, Done>) -> Result<BTreeMap<String, Done>> {
        let mut asked = JoinSet::new();
        let room = Arc::new(Semaphore::new(usize::from(self.args.parallel)));
        for goal in goals {
            let Some(one) = done.get(&goal.name).filter(|one| one.place == goal.place).cloned() else { continue };
            let (project, name, room) = (self.project.clone(), goal.name.clone(), Arc::clone(&room));
            asked.spawn(async move {
                let _one_of_few = room.acquire_owned().await;
                let now = stamp(&project, &name).await;
                (name, one, now)
            });
        }
        let mut still = BTreeMap::new();
        while let Some(answer) = asked.join_next().await {
            let (name, one, now) = answer.context("a look at a database broke off")?;
            if now.is_some() && one.stamp == now {
                still.insert(name, one);
            } else {
                self.talk.say(format!("{name} is not as the last run left it: it is visited again"));
            }
        }
        Ok(still)
    }

    /// A dbtool for one database: the same arguments, but for the target.
    fn visitor(&self, name: &str) -> Result<tokio::process::Command> {
        let environment = self.project.environment();
        let program = environment.program().context("cannot find this program's own file")?;
        let mut command = tokio::process::Command::new(program);
        // First, where no `--` before them can make names of them.
        command.args(["--color", "never", "--target", name]).args(without_ours(environment.arguments()));
        command.env_remove(URL_VARIABLE);
        Ok(command)
    }
}
