//! What became of all databases: for a person, for a program, and as an exit code.

use anyhow::Result;
use serde_json::{Value, json};

use super::visit::Visit;
use super::{Act, TextOrJson};
use crate::command::output;
use crate::error::Exit;
use crate::talk::Talk;

/// The words for how a visit ends, and for how many ended so.
const WORDS: [(&str, &str); 4] =
    [("done", "done"), ("differs", "differ"), ("refused", "refused"), ("failed", "failed")];

/// What became of all.
pub(super) struct Report<'a> {
    pub(super) act: &'a Act,
    pub(super) visits: &'a [Visit],
    /// The names of those that were not reached.
    pub(super) left: &'a [String],
}

impl Report<'_> {
    /// Prints it.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn print(&self, talk: &Talk) -> Result<()> {
        match self.act.format {
            TextOrJson::Json => output::line(serde_json::to_string_pretty(&self.document())?)?,
            TextOrJson::Text => self.text()?,
        }
        let mut parts: Vec<String> = vec![format!("{} done", self.count("done"))];
        let others = WORDS.iter().skip(1).map(|(word, many)| (self.count(word), many));
        parts.extend(others.filter(|(count, _)| *count > 0).map(|(count, many)| format!("{count} {many}")));
        if !self.left.is_empty() {
            parts.push(format!("{} not reached", self.left.len()));
        }
        talk.say(parts.join(", "));
        if !self.left.is_empty() || self.visits.iter().any(|visit| visit.exit != Some(0)) {
            talk.say("the same with `--resume` visits only those that are not done");
        }
        Ok(())
    }

    /// The exit code of the whole: a failure before a refusal before a difference.
    pub(super) fn exit(&self) -> Exit {
        match () {
            () if self.count("failed") > 0 => Exit::Failed,
            () if self.count("refused") > 0 => Exit::Refused,
            () if !self.left.is_empty() => Exit::Failed,
            () if self.count("differs") > 0 => Exit::Different,
            () => Exit::Done,
        }
    }

    fn count(&self, word: &str) -> usize {
        self.visits.iter().filter(|visit| visit.word() == word).count()
    }

    fn text(&self) -> Result<()> {
        // What a seed drew is shown once, and never again.
        let is_shown = |visit: &&Visit| visit.exit != Some(0) || self.act.command == "seed";
        for visit in self.visits.iter().filter(is_shown) {
            output::line(format!("{}: {}", visit.goal.name, visit.word()))?;
            let nothing = visit.stdout.trim().is_empty() && visit.error().is_none();
            let told = if nothing { Some(visit.stderr.as_str()) } else { visit.error() };
            let lines = visit.stdout.lines().chain(told.into_iter().flat_map(str::lines));
            lines.map(|line| format!("    {line}")).try_for_each(output::line)?;
        }
        if !self.left.is_empty() {
            output::line(format!("not reached: {}", self.left.join(", ")))?;
        }
        Ok(())
    }

    fn document(&self) -> Value {
        let output = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| json!(text));
        let visit = |visit: &Visit| {
            json!({ "name": visit.goal.name, "place": visit.goal.place, "state": visit.word(), "exit": visit.exit,
                    "seconds": visit.took.as_secs_f64(), "said": visit.said(), "error": visit.error(),
                    "output": output(&visit.stdout), "talk": visit.stderr })
        };
        let counts: serde_json::Map<String, Value> =
            WORDS.iter().map(|(word, _)| ((*word).to_owned(), json!(self.count(word)))).collect();
        let targets: Vec<Value> = self.visits.iter().map(visit).collect();
        json!({ "command": self.act.command, "counts": counts, "targets": targets, "not_reached": self.left })
    }
}
