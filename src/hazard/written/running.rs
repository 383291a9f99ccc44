//! What a file makes that runs: functions, operators, and what calls them without being asked to.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::names::split_name;
use super::words::Words;
use super::{About, Calls, called, code, settings};

/// When what hangs on something runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// When rows are written.
    Written,
    /// When rows are read or written.
    Used,
}

/// What calls functions by itself: a trigger, a policy, a default, a check, a view.
#[derive(Debug)]
pub(super) struct Hung {
    /// What it is, for a message.
    pub(super) what: String,
    pub(super) calls: Calls,
    pub(super) when: When,
    /// Whether nobody has looked into its functions where it was made.
    pub(super) is_open: bool,
}

/// What a file makes that runs. It says where more is in danger, so it outlasts what may be taken back.
#[derive(Debug, Default)]
pub(super) struct Running {
    /// Functions, and what they call; nothing where they may do harm.
    routines: HashMap<String, Option<Calls>>,
    /// Functions under names that they had not before.
    renamed: HashMap<String, BTreeSet<String>>,
    /// The functions of operators.
    operators: HashMap<String, BTreeSet<String>>,
    /// What in the bodies of functions moves rows to where others may see them.
    carried: HashMap<String, Vec<About>>,
    /// The settings that functions change.
    sets: HashMap<String, Vec<Option<String>>>,
    /// Functions that write rows.
    writers: HashSet<String>,
    hung: Vec<Hung>,
    /// Whether some of it may have been taken back.
    unsure: bool,
}

impl Running {
    /// Whether the file makes a function of a name, so that it is nobody's yet.
    pub(super) fn makes(&self, function: &str) -> bool {
        !self.unsure && self.routines.contains_key(function)
    }

    /// Whether a function of the file may do harm.
    pub(super) fn is_harmful(&self, function: &str) -> bool {
        matches!(self.routines.get(bare(function)), Some(None)) || matches!(self.routines.get(function), Some(None))
    }

    /// All functions of the file that may do harm.
    pub(super) fn harmful(&self) -> Vec<String> {
        let mut all: Vec<String> = self.routines.keys().filter(|it| self.is_harmful(it)).cloned().collect();
        all.sort();
        all
    }

    /// What the file hands rows on by in a function.
    pub(super) fn carried(&self, function: &str) -> &[About] {
        self.carried.get(function).map(Vec::as_slice).unwrap_or_default()
    }

    /// The settings that a function of the file changes.
    pub(super) fn sets(&self, function: &str) -> &[Option<String>] {
        self.sets.get(function).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a function of the file writes rows.
    pub(super) fn writes(&self, function: &str) -> bool {
        self.writers.contains(function)
    }

    /// What runs without being asked to.
    pub(super) fn hung(&self) -> &[Hung] {
        &self.hung
    }

    /// The functions of operators that the file makes.
    pub(super) fn operators(&self, symbols: &[String]) -> Vec<String> {
        symbols.iter().filter_map(|symbol| self.operators.get(symbol)).flatten().cloned().collect()
    }

    /// What is called, with all that the file's own functions among that call, by what they are by now.
    pub(super) fn reached(&self, calls: Calls) -> Calls {
        let mut seen: BTreeSet<String> = calls.functions.iter().cloned().collect();
        let mut next = calls.functions;
        let (mut operators, mut relations) = (calls.operators, calls.relations);
        while let Some(name) = next.pop() {
            let mut more: Vec<String> = Vec::new();
            for name in [name.as_str(), bare(&name)] {
                more.extend(self.renamed.get(name).into_iter().flatten().cloned());
                if let Some(Some(calls)) = self.routines.get(name) {
                    more.extend(calls.functions.iter().cloned());
                    more.extend(self.operators(&calls.operators));
                    operators.extend(calls.operators.iter().filter(|it| called::is_foreign(it)).cloned());
                    relations.extend(calls.relations.iter().cloned());
                }
            }
            next.extend(more.into_iter().filter(|name| seen.insert(name.clone())));
        }
        for list in [&mut operators, &mut relations] {
            list.sort();
            list.dedup();
        }
        Calls { functions: seen.into_iter().collect(), operators, relations, replaced: Vec::new() }
    }

    /// What has been made may have been taken back.
    pub(super) fn of_unsure(self) -> Self {
        Self { unsure: true, ..self }
    }

    /// Takes in what a statement makes, renames or hangs on something.
    pub(super) fn follow(&mut self, words: &Words) {
        let what = words.skip(1).past(&["or", "replace"]);
        if words.begin(&["create", "operator"]) {
            self.operator(words);
        } else if words.begin(&["create"]) && what.begins_with(&["function", "procedure"]) {
            self.routine(words, &what);
        } else if words.begin(&["alter"]) && words.says(&["rename", "to"]) {
            self.rename(words);
        }
        if let Some(hung) = self.hangs(words, &what) {
            self.hung.push(hung);
        }
    }

    fn operator(&mut self, words: &Words) {
        let is_function =
            |at: &usize| ["function", "procedure"].contains(&words.word(*at)) && words.word(at + 1) == "=";
        let function = (0..words.len()).find(is_function).and_then(|at| words.skip(at + 2).last_name());
        let symbol = (0..words.len()).find(|at| words.is_operator(*at));
        if let Some((symbol, function)) = symbol.zip(function) {
            self.operators.entry(words.word(symbol).to_owned()).or_default().insert(function);
        }
    }

    fn routine(&mut self, words: &Words, what: &Words) {
        let Some(name) = what.skip(1).dotted().0 else { return };
        let name = Words::of(split_name(&name).1).name(0).unwrap_or_default().to_owned();
        let before = self.routines.remove(&name).unwrap_or_else(|| Some(Calls::default()));
        let both = before.zip(code::harmless(words)).map(|(all, own)| all.and(own));
        self.carried.entry(name.clone()).or_default().extend(code::moves(words));
        self.sets.entry(name.clone()).or_default().extend(settings::of_routine(words));
        if code::makes_writer(words) {
            self.writers.insert(name.clone());
        }
        self.routines.insert(name, both);
    }

    fn rename(&mut self, words: &Words) {
        if !["function", "procedure", "routine", "aggregate"].contains(&words.word(1)) {
            return;
        }
        let (old, new) = (words.skip(2).last_name(), words.after("to").last_name());
        if let Some((old, new)) = old.zip(new) {
            if self.writers.contains(&old) {
                self.writers.insert(new.clone());
            }
            self.renamed.entry(new).or_default().insert(old);
        }
    }

    /// What a statement hangs on a table or a type.
    pub(super) fn hangs(&self, words: &Words, what: &Words) -> Option<Hung> {
        let trigger = what.past_any(&["constraint", "event"]);
        if words.begin(&["create"]) && trigger.begin(&["trigger"]) {
            let mut calls = called_by(&words.after("when").before(&["execute"]));
            calls.functions.extend(words.after("execute").skip(1).last_name());
            let what = format!("the trigger `{}`", trigger.skip(1).shown());
            return Some(Hung { what, calls, when: When::Written, is_open: true });
        }
        let (kind, what) = match (words.word(0), words.word(1)) {
            ("create" | "alter", "policy") => ("the policy", words.skip(2)),
            ("create" | "alter", "domain") => ("the domain", words.skip(2)),
            ("create", _) if what.begin(&["rule"]) => ("the rule", what.skip(1)),
            ("create", _) => match (1..6).find(|at| ["table", "view"].contains(&words.word(*at))) {
                Some(at) => ("", words.skip(at + 1).past(&["if", "not", "exists"])),
                None => return None,
            },
            _ => ("", words.altered()?.past(&["if", "exists"]).past(&["only"])),
        };
        let shown = what.shown();
        let (body, is_open) = match kind {
            "the policy" => (what.skip(what.find(&["using"]).or(what.find(&["with", "check"]))?), true),
            "the rule" => (what.after("do").past_any(&["also", "instead"]), true),
            _ => (words.clone(), false),
        };
        let calls = called_by(&body);
        let what = if kind.is_empty() { format!("`{shown}`") } else { format!("{kind} `{shown}`") };
        let empty = calls.functions.is_empty() && calls.operators.is_empty();
        (!empty).then_some(Hung { what, calls, when: When::Used, is_open })
    }
}

/// What an expression calls.
fn called_by(words: &Words) -> Calls {
    Calls { functions: called::functions(words), operators: called::operators(words), ..Calls::default() }
}

/// A function's name, without the dot of what is called as if it were a column.
fn bare(function: &str) -> &str {
    function.strip_prefix('.').unwrap_or(function)
}
