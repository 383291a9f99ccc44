//! The walk from database to database: canaries by themselves, then so many at a time, until enough have failed or
//! somebody wants it to end.

use std::collections::VecDeque;

use anyhow::{Context as _, Result};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Many;
use super::memory::{Input, Memory};
use super::targets::Goal;
use super::visit::{Visit, visit};
use crate::interrupt::Interrupt;

/// A walk.
pub(super) struct Walk<'a> {
    many: &'a Many<'a>,
    waiting: VecDeque<Goal>,
    all: usize,
    /// So many go one by one before all others.
    canaries: usize,
    /// So many may fail.
    limit: usize,
    visits: Vec<Visit>,
    stopped: bool,
}

impl<'a> Walk<'a> {
    /// One that is still to be gone. Where nothing is proven by an earlier run, and nobody is said to be the canary, the
    /// first one is.
    pub(super) fn new(many: &'a Many<'a>, waiting: Vec<Goal>, unproven: bool) -> Walk<'a> {
        let said = waiting.iter().filter(|goal| goal.canary).count();
        let canaries = if said == 0 && unproven { 1 } else { said };
        let usual = if many.act.writes { 1 } else { usize::MAX };
        let limit = many.args.stop_after.map_or(usual, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        Walk { many, all: waiting.len(), waiting: waiting.into(), canaries, limit, visits: Vec::new(), stopped: false }
    }

    /// Goes it; gives what became of each, and the names of those that were not reached.
    pub(super) async fn go(mut self, input: &Input, memory: &mut Memory) -> Result<(Vec<Visit>, Vec<String>)> {
        let talk = self.many.talk;
        let (end, asked) = watch::channel(0);
        let mut interrupt = Interrupt::listen();
        let mut running = JoinSet::new();
        loop {
            while self.has_room(running.len(), input)
                && let Some(goal) = self.waiting.pop_front()
            {
                let command = self.many.visitor(&goal.name)?;
                running.spawn(visit(self.many.project.clone(), goal, command, asked.clone()));
            }
            tokio::select! {
                visit = running.join_next() => {
                    let Some(visit) = visit else { break };
                    self.came_back(visit.context("a visit broke off")?, memory);
                }
                () = interrupt.came() => {
                    self.stopped = true;
                    end.send_modify(|times| *times += 1);
                    let next = ["", "; once more to leave at once", "; once more to kill them", ""];
                    let next = next[usize::try_from(*end.borrow()).unwrap_or(3).min(3)];
                    talk.say(format!("interrupted: {} being visited come to a stop{next}", running.len()));
                }
            }
        }
        Ok((self.visits, self.waiting.into_iter().map(|goal| goal.name).collect()))
    }

    /// Whether one more may be visited now.
    fn has_room(&mut self, running: usize, input: &Input) -> bool {
        let room = if self.visits.len() < self.canaries { 1 } else { usize::from(self.many.args.parallel) };
        let failed = self.visits.iter().filter(|visit| visit.failed()).count();
        if self.stopped || self.waiting.is_empty() || running >= room || failed >= self.limit {
            return false;
        }
        if !input.is_unchanged() {
            self.stopped = true;
            self.many.talk.warn("the project's files were changed meanwhile: no further databases are visited");
        }
        !self.stopped
    }

    fn came_back(&mut self, visit: Visit, memory: &mut Memory) {
        // A canary that fails is enough, however many may.
        self.stopped |= self.many.act.writes && self.visits.len() < self.canaries && visit.failed();
        if visit.exit == Some(0) {
            memory.note(&visit.goal, visit.stamp.clone(), self.many.talk);
        }
        let (at, all) = (self.visits.len() + 1, self.all);
        let width = all.to_string().len();
        let (name, word, said) = (&visit.goal.name, visit.word(), visit.said());
        self.many.talk.say(format!("[{at:>width$}/{all}] {name}: {word} in {:.1} s: {said}", visit.took.as_secs_f64()));
        self.visits.push(visit);
    }
}
