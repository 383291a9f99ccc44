//! Where rows come from that a file moves by way of what it makes itself, and who reads there.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::called::{functions, relations};
use super::words::Words;

/// What the file has moved.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// What a table, a view or a function of the file has its rows from.
    sources: HashMap<String, BTreeSet<String>>,
    /// The tables that others than their owner read, or that stand elsewhere.
    open: HashSet<String>,
    /// Those that row security closes.
    closed: HashSet<String>,
}

impl Flow {
    /// All that words read, with what stands behind it.
    pub(super) fn behind(&self, words: &Words) -> BTreeSet<String> {
        let calls = functions(words).into_iter().map(called);
        let mut next: Vec<String> = relations(words).into_iter().chain(calls).collect();
        let mut all = BTreeSet::new();
        while let Some(name) = next.pop() {
            if all.insert(name.clone()) {
                next.extend(self.sources.get(&name).into_iter().flatten().cloned());
            }
        }
        all.retain(|name| !name.ends_with("()"));
        all
    }

    /// Whether rows of other tables stand in a table of the file.
    pub(super) fn holds(&self, table: &Option<String>) -> bool {
        table.as_ref().is_some_and(|table| self.sources.contains_key(table))
    }

    /// Whether others read a table of the file.
    pub(super) fn is_open(&self, table: &Option<String>) -> bool {
        table.as_ref().is_some_and(|table| self.open.contains(table) && !self.closed.contains(table))
    }

    /// Takes in where a statement moves rows, and whom it lets read.
    pub(super) fn follow(&mut self, words: &Words) {
        if words.begin(&["grant"]) {
            let object = words.after("on").before(&["to"]).past(&["table"]);
            self.open.extend(object.split(",").iter().filter_map(|part| part.dotted().0));
        } else if let Some(altered) = words.altered() {
            let (table, rest) = altered.past(&["if", "exists"]).table();
            let enables = rest.split(",").iter().any(|action| action.begin(&["enable", "row"]));
            self.closed.extend(table.filter(|_| enables));
        } else if words.begin(&["create"]) {
            self.made(words);
        } else if !words.begins_with(&["drop", "revoke", "comment", "lock"]) {
            self.filled(words);
        }
    }

    fn made(&mut self, words: &Words) {
        let what = words.skip(1).past(&["or", "replace"]);
        let kind = what.past_any(&["global", "local", "temp", "temporary", "unlogged", "recursive", "materialized"]);
        if what.begins_with(&["function", "procedure"]) {
            let Some(name) = what.skip(1).last_name() else { return };
            for text in (0..words.len()).filter_map(|at| words.literal(at)) {
                self.add(called(name.clone()), &Words::of(text));
            }
            self.add(
                called(name),
                &words.find(&["atomic"]).or(words.find(&["return"])).map_or(words.take(0), |at| words.skip(at)),
            );
        } else if kind.begin(&["foreign", "table"]) {
            self.open.extend(kind.skip(2).past(&["if", "not", "exists"]).dotted().0);
        } else if kind.begins_with(&["table", "view"]) {
            let name = kind.skip(1).past(&["if", "not", "exists"]).dotted().0;
            name.into_iter().for_each(|name| self.add(name, &kind.after("as")));
        }
    }

    fn filled(&mut self, words: &Words) {
        for at in 0..words.len() {
            let here = words.skip(at);
            let into = match (here.word(0), here.word(1)) {
                ("insert" | "merge", "into") => here.skip(2),
                ("into", _) if at > 0 && !["insert", "merge"].contains(&words.word(at - 1)) => {
                    here.skip(1).past_any(&["temp", "temporary", "unlogged", "table"])
                }
                ("update", next) if next != "set" => here.skip(1),
                _ => continue,
            };
            into.table().0.into_iter().for_each(|name| self.add(name, words));
        }
    }

    fn add(&mut self, name: String, from: &Words) {
        let mut all = self.behind(from);
        all.remove(&name);
        if !all.is_empty() {
            self.sources.entry(name).or_default().extend(all);
        }
    }
}

/// A function's name, which no table has.
fn called(name: String) -> String {
    name + "()"
}
