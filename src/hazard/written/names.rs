//! What the names of a script mean by the time that a statement stands there: what it made itself, what it renamed, and
//! when nobody can know any more.

use std::collections::{HashMap, HashSet};

use super::flow::Flow;
use super::running::Running;
use super::shift::{goes_back, renames, sets_path};
use super::words::Words;
use super::{About, Asks, Subject};

/// How a table of the script came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made {
    /// Nobody else has anything in it.
    Empty,
    /// With rows of others in it.
    Filled,
    /// It may have been there before.
    Perhaps,
}

/// The names of a script.
#[derive(Debug, Default)]
pub(super) struct Names {
    alone: bool,
    made: HashMap<String, Made>,
    /// Tables under other names than before the file.
    was: HashMap<String, String>,
    /// Bare names that meant something else earlier in the file.
    moved: HashSet<String>,
    /// Columns that the file adds, and whether they certainly were not there before.
    columns: HashMap<(String, String), bool>,
    schemas: HashSet<String>,
    /// Sequences, types and domains that it makes.
    objects: HashSet<String>,
    /// Those of its domains that ask something of their values.
    strict: HashSet<String>,
    prepared: HashSet<String>,
    /// The tables that it gives policies that let rows through.
    policed: HashSet<String>,
    /// What it makes that runs.
    pub(super) running: Running,
    /// Where rows come from that it moves.
    pub(super) flow: Flow,
    /// The search path is no longer the one that files begin with.
    elsewhere: bool,
    /// No name is sure any more.
    lost: bool,
}

/// A name as SQL, cut at the dot between its parts.
pub(super) fn split_name(sql: &str) -> (Option<&str>, &str) {
    let mut quoted = false;
    let dot = sql.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == '.' && !quoted
    });
    dot.map_or((None, sql), |(at, _)| (sql.get(..at), sql.get(at + 1..).unwrap_or_default()))
}

impl Names {
    pub(super) fn of_file(alone: bool, flow: Flow) -> Self {
        Self { alone, flow, ..Self::default() }
    }

    /// What a statement's subject is in the database, as it is before the file; nothing where the file made it.
    pub(super) fn about(&self, subject: &Subject) -> Option<About> {
        let (table, asks, if_exists) = match subject {
            Subject::Known(about) => return Some(about.clone()),
            Subject::Table { table, asks, if_exists } => (table, asks, *if_exists),
        };
        let asks = asks.clone();
        let unknown = match asks {
            Asks::Copied(_)
            | Asks::Crosses(_)
            | Asks::Decides(_)
            | Asks::Begins(..)
            | Asks::Steers
            | Asks::HandsOn(_)
            | Asks::Opens
            | Asks::Restrains => Some(About::Closed),
            Asks::Many | Asks::Default | Asks::Typed(_) | Asks::Unpoliced { .. } => None,
            _ => Some(About::Anything),
        };
        let Some(sql) = table.clone().filter(|_| !self.lost) else { return unknown };
        match self.made.get(&sql) {
            Some(Made::Empty | Made::Filled) => return None,
            Some(Made::Perhaps) if !self.elsewhere && !self.has_moved(&sql) => {
                return Some(About::Table { sql, asks, perhaps: true });
            }
            Some(Made::Perhaps) => return unknown,
            None => {}
        }
        if let Some(before) = self.was.get(&sql) {
            return Some(About::Table { sql: before.clone(), asks, perhaps: false });
        }
        let unsure = self.has_moved(&sql) || (self.elsewhere && split_name(&sql).0.is_none());
        if unsure { unknown } else { Some(About::Table { sql, asks, perhaps: if_exists }) }
    }

    fn has_moved(&self, sql: &str) -> bool {
        self.moved.contains(split_name(sql).1)
    }

    /// How the file came to a table, if it made it.
    pub(super) fn made(&self, table: &Option<String>) -> Option<Made> {
        table.as_ref().filter(|_| !self.lost).and_then(|table| self.made.get(table)).copied()
    }

    /// Whether the file makes a column: with certainty, or unless it is there.
    pub(super) fn adds(&self, table: &Option<String>, column: &str) -> Option<bool> {
        self.columns.get(&(table.clone()?, column.to_owned())).copied()
    }

    pub(super) fn has_schema(&self, name: &str) -> bool {
        self.schemas.contains(name)
    }

    /// Whether the file makes a sequence, a type or a domain of that name.
    pub(super) fn has_object(&self, name: &Option<String>) -> bool {
        name.as_ref().is_some_and(|name| self.objects.contains(name))
    }

    /// Whether the file makes a domain of that name that asks something of its values.
    pub(super) fn is_strict(&self, name: &str) -> bool {
        self.strict.contains(name)
    }

    /// Whether the file has given a table a policy that lets rows through.
    pub(super) fn has_policy(&self, table: &Option<String>) -> bool {
        table.as_ref().is_some_and(|table| self.policed.contains(table))
    }

    /// Whether bare names mean what they do when files begin.
    pub(super) fn is_where_it_began(&self) -> bool {
        !self.elsewhere && !self.lost
    }

    /// What a table is called before the file, as far as that is known.
    pub(super) fn before(&self, table: &Option<String>) -> Option<String> {
        match self.about(&Subject::Table { table: table.clone(), asks: Asks::There, if_exists: true }) {
            Some(About::Table { sql, .. }) => Some(sql),
            // A name that nothing has.
            _ => Some(String::new()),
        }
    }

    pub(super) fn is_prepared(&self, name: &str) -> bool {
        self.prepared.contains(name)
    }

    /// Takes in what a statement does to names.
    pub(super) fn follow(&mut self, words: &Words, certainly: bool) {
        self.running.follow(words);
        if words.begin(&["create", "policy"]) && !words.says(&["restrictive"]) {
            self.policed.extend(words.after("on").table().0);
        }
        if goes_back(words) || (words.begin(&["alter", "schema"]) && words.has(&["rename", "to"])) {
            let flow = std::mem::take(&mut self.flow).of_next_file(false);
            let running = std::mem::take(&mut self.running).of_unsure();
            *self = Self { alone: self.alone, lost: true, flow, running, ..Self::default() };
        } else if sets_path(words) {
            self.made.retain(|name, _| split_name(name).0.is_some());
            self.was.retain(|name, _| split_name(name).0.is_some());
            self.objects.clear();
            self.columns.clear();
            self.elsewhere = true;
        } else if let Some((old, new)) = renames(words) {
            // Whether it came to that nobody knows.
            self.lost |= !certainly;
            self.rename(old, new);
        } else if let Some(list) = words.dropped() {
            for name in list.split(",").iter().filter_map(|part| part.table().0) {
                self.made.remove(&name);
                self.was.remove(&name);
                self.moved.insert(split_name(&name).1.to_owned());
            }
        } else if words.begin(&["prepare"]) {
            self.prepared.extend(words.name(1).map(str::to_owned));
        } else if words.begin(&["alter", "table"]) {
            self.columns_of(words);
        } else {
            self.create(words, certainly);
        }
    }

    fn rename(&mut self, old: Option<String>, new: Option<String>) {
        self.columns.clear();
        let (Some(old), Some(new)) = (old, new) else {
            self.lost = true;
            return;
        };
        match (self.made.remove(&old), self.was.remove(&old)) {
            (Some(made), _) => drop(self.made.insert(new.clone(), made)),
            (None, Some(before)) => drop(self.was.insert(new.clone(), before)),
            (None, None) if self.has_moved(&old) || self.elsewhere => {}
            (None, None) => drop(self.was.insert(new.clone(), old.clone())),
        }
        for name in [old, new] {
            self.moved.insert(split_name(&name).1.to_owned());
        }
    }

    fn columns_of(&mut self, words: &Words) {
        let (table, rest) = words.skip(2).past(&["if", "exists"]).table();
        let Some(table) = table else { return };
        // Rows of others come into a partition.
        if let Some(part) = rest.begin(&["attach", "partition"]).then(|| rest.skip(2).dotted().0).flatten() {
            self.made.entry(part).and_modify(|made| *made = if *made == Made::Empty { Made::Filled } else { *made });
        }
        for action in rest.split(",").iter().filter(|action| action.begin(&["add"])) {
            let column = action.skip(1).past(&["column"]);
            let name = column.past(&["if", "not", "exists"]);
            if let Some(found) = name.name(0) {
                let certain = name.len() == column.len();
                self.columns.entry((table.clone(), found.to_owned())).or_insert(certain);
            }
        }
        // Under another name it is another's.
        if rest.begin(&["rename"]) {
            self.columns.clear();
        }
    }

    fn create(&mut self, words: &Words, certainly: bool) {
        let what = words.skip(1).past(&["or", "replace"]);
        let kind = what.past_any(&["global", "local", "temp", "temporary", "unlogged", "foreign"]);
        let starts_select = words.begins_with(&["select", "with"]) && certainly;
        if words.begin(&["create"]) && kind.begin(&["table"]) {
            let rest = kind.skip(1).past(&["if", "not", "exists"]);
            let certain = certainly && rest.len() + 1 == kind.len();
            let (name, rest) = rest.dotted();
            let filled = rest.says(&["as"]) || rest.says(&["partition", "of"]);
            // Gone again by the end of the statement.
            if let Some(name) = name.filter(|_| !(self.alone && words.has(&["on", "commit", "drop"]))) {
                self.make(
                    name,
                    if !certain {
                        Made::Perhaps
                    } else if filled {
                        Made::Filled
                    } else {
                        Made::Empty
                    },
                );
            }
        } else if words.begin(&["create"]) && kind.past_any(&["recursive", "materialized"]).begin(&["view"]) {
            let name = kind.after("view").past(&["if", "not", "exists"]);
            let certain = certainly && what.len() + 1 == words.len() && !kind.has(&["if", "not", "exists"]);
            let made = if certain { Made::Filled } else { Made::Perhaps };
            name.dotted().0.into_iter().for_each(|name| self.make(name, made));
        } else if words.begin(&["create", "schema"]) {
            let name = words.name(2).filter(|name| !["if", "authorization"].contains(name) && certainly);
            self.schemas.extend(name.map(str::to_owned));
        } else if words.begin(&["create"]) && kind.begins_with(&["sequence", "type", "domain"]) {
            let name = kind.skip(1).dotted().0;
            if kind.has(&["check"]) || kind.has(&["not", "null"]) {
                self.strict.extend(name.clone());
            }
            self.objects.extend(name.filter(|_| certainly && kind.word(1) != "if"));
        } else if words.begin(&["insert", "into"]) && words.has(&["select"]) {
            // Rows of others stand in it from here on.
            let filled = words.skip(2).dotted().0.and_then(|name| self.made.get_mut(&name));
            filled.into_iter().filter(|it| **it == Made::Empty).for_each(|it| *it = Made::Filled);
        } else if let Some(at) = words.find(&["into"]).filter(|at| starts_select && *at > 0) {
            let target = words.skip(at + 1).past_any(&["temp", "temporary", "unlogged", "table"]);
            if !["insert", "merge"].contains(&words.word(at - 1)) {
                target.dotted().0.into_iter().for_each(|name| self.make(name, Made::Filled));
            }
        }
    }

    fn make(&mut self, name: String, made: Made) {
        // What is made under a name that stood for something else is another table; its parts go with the old one.
        self.was.remove(&name);
        self.columns.retain(|(table, _), _| *table != name);
        self.made.entry(name).and_modify(|it| *it = if made == Made::Perhaps { *it } else { made }).or_insert(made);
    }
}
