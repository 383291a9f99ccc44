//! Where rows come from that files move by way of what they make themselves, and who reads there.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::Calls;
use super::called::{functions, is_foreign, operators, relations};
use super::crossing;
use super::names::split_name;
use super::rows::assigned;
use super::shift::renames;
use super::words::Words;

/// What rows are read from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Source {
    /// A table or a view, as SQL.
    Relation(String),
    Function(String),
    Operator(String),
}

/// What files have moved. It says where more is in danger, never where less is.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// What a table, a view, a function or an operator of the files has its rows from; tables without their namespaces.
    sources: HashMap<Source, BTreeSet<Source>>,
    /// What defaults and triggers of the files bring into rows that are written to a table.
    fills: HashMap<String, BTreeSet<Source>>,
    /// The tables and views that the files made or filled, as SQL.
    tables: BTreeSet<String>,
    /// Columns of those, without namespaces, that may say something else than what they come from; `*` stands for all.
    renamed: HashMap<String, BTreeSet<String>>,
    /// The views of the files that show what whoever reads them may see.
    invokers: HashSet<String>,
    /// The tables that others than their owner read, or that stand elsewhere.
    open: HashSet<String>,
    /// Those that row security closes.
    closed: HashSet<String>,
    /// What had these names has others, or is dropped.
    gone: HashSet<String>,
    /// The tables that the files give policies that let rows through, as SQL.
    pub(super) let_through: HashSet<String>,
    /// The tables through which rows of another are found, too, as SQL.
    pub(super) parents: HashMap<String, Vec<String>>,
}

impl Flow {
    /// All that words read, with what stands behind it.
    pub(super) fn behind(&self, words: &Words) -> BTreeSet<Source> {
        self.reach(direct(words).into_iter().collect())
    }

    /// All that stands in a table, or that a view shows, as far as the files brought it there.
    pub(super) fn inside(&self, table: &Option<String>) -> BTreeSet<Source> {
        let key = table.as_deref().map(relation).filter(|key| self.sources.contains_key(key));
        let mut all = self.reach(key.iter().flat_map(|key| &self.sources[key]).cloned().collect());
        all.retain(|source| Some(source) != key.as_ref());
        all
    }

    /// What comes along with each row that is written to a table.
    pub(super) fn fills(&self, table: &Option<String>) -> BTreeSet<Source> {
        let fills = table.as_deref().and_then(|table| self.fills.get(split_name(table).1));
        self.reach(fills.into_iter().flatten().cloned().collect())
    }

    fn reach(&self, mut next: Vec<Source>) -> BTreeSet<Source> {
        let mut all = BTreeSet::new();
        while let Some(source) = next.pop() {
            if all.insert(source.clone()) {
                next.extend(self.sources.get(&key(&source)).into_iter().flatten().cloned());
            }
        }
        all
    }

    /// The columns of tables and views that may say something else than where their rows come from.
    pub(super) fn renamed<'a>(&'a self, tables: &'a [String]) -> impl Iterator<Item = &'a String> {
        tables.iter().filter_map(|table| self.renamed.get(split_name(table).1)).flatten()
    }

    /// Whether others read a table of the files.
    pub(super) fn is_open(&self, table: &Option<String>) -> bool {
        let bare = table.as_deref().map(|table| split_name(table).1);
        bare.is_some_and(|bare| self.open.contains(bare) && !self.closed.contains(bare))
    }

    /// Whether others have rights on a table of the files.
    pub(super) fn is_granted(&self, table: &Option<String>) -> bool {
        table.as_deref().is_some_and(|table| self.open.contains(split_name(table).1))
    }

    /// Whether row security of the files closes a table.
    pub(super) fn is_closed(&self, table: &Option<String>) -> bool {
        table.as_deref().is_some_and(|table| self.closed.contains(split_name(table).1))
    }

    /// Whether a view of the files shows only what whoever reads it may see.
    pub(super) fn is_invoker(&self, view: &Option<String>) -> bool {
        view.as_deref().is_some_and(|view| self.invokers.contains(split_name(view).1))
    }

    /// Whether the files made or filled a table of that name, in whatever namespace.
    pub(super) fn knows(&self, table: &Option<String>) -> bool {
        let bare = table.as_deref().map(|table| split_name(table).1);
        self.tables.iter().any(|it| Some(split_name(it).1) == bare)
    }

    /// The tables and views of the files in a namespace; those without one may stand in any.
    pub(super) fn in_schema(&self, namespace: &str) -> impl Iterator<Item = &String> {
        self.tables.iter().filter(move |table| split_name(table).0.is_none_or(|it| it == namespace))
    }

    /// For the next file: what is closed in a file that may go back is not known to be.
    pub(super) fn of_next_file(mut self, is_sure: bool) -> Self {
        if !is_sure {
            self.closed.clear();
            self.invokers.clear();
        }
        self
    }

    /// Whether a table of that name, without its namespace, was renamed or dropped.
    pub(super) fn has_gone(&self, bare: &str) -> bool {
        self.gone.contains(bare)
    }

    pub(super) fn gone(&mut self, table: &str) {
        self.gone.insert(split_name(table).1.to_owned());
    }

    /// Takes in where a statement moves rows, and whom it lets read.
    pub(super) fn follow(&mut self, words: &Words) {
        self.forget(words);
        self.join(words);
        if words.has(&["set_config", "("]) {
            self.sources.entry(Source::Function("current_setting".to_owned())).or_default().extend(direct(words));
        }
        if words.begin(&["grant"]) {
            let object = words.after("on").before(&["to"]).past(&["table"]);
            let tables = object.split(",").into_iter().filter_map(|part| part.dotted().0);
            self.open.extend(tables.map(|table| split_name(&table).1.to_owned()));
        } else if let Some((Some(old), Some(new))) = renames(words) {
            self.rename(&old, new);
        } else if let Some(altered) = words.altered() {
            self.altered(&altered.past(&["if", "exists"]));
        } else if words.begin(&["create"]) {
            self.made(words);
        } else if words.begin(&["prepare"]) {
            let name = words.name(1).map(|name| Source::Function(name.to_owned()));
            name.into_iter().for_each(|name| self.sources.entry(name).or_default().extend(direct(&words.after("as"))));
        } else if !words.begins_with(&["drop", "revoke", "comment", "lock"]) {
            self.filled(words);
        }
    }

    fn rename(&mut self, old: &str, new: String) {
        for names in [&mut self.open, &mut self.closed, &mut self.invokers] {
            if names.contains(split_name(old).1) {
                names.insert(split_name(&new).1.to_owned());
            }
        }
        if let Some(renamed) = self.renamed.get(split_name(old).1).cloned() {
            self.renamed.entry(split_name(&new).1.to_owned()).or_default().extend(renamed);
        }
        if self.sources.contains_key(&relation(old)) {
            self.add(new, [Source::Relation(old.to_owned())]);
        }
    }

    fn altered(&mut self, rest: &Words) {
        let (Some(table), rest) = rest.table() else { return };
        let bare = split_name(&table).1.to_owned();
        for action in rest.split(",") {
            let attached = action.begin(&["attach", "partition"]).then(|| action.skip(2).dotted().0).flatten();
            if action.begin(&["enable", "row"]) {
                self.closed.insert(bare.clone());
            } else if action.begin(&["disable", "row"]) {
                self.closed.remove(&bare);
            } else if action.begins_with(&["set", "reset"]) && action.has(&["security_invoker"]) {
                self.invokers.remove(&bare);
            } else if let Some(part) = attached {
                self.add(part.clone(), [Source::Relation(table.clone())]);
                self.add(table.clone(), [Source::Relation(part)]);
            } else if let Some(parent) = action.begin(&["inherit"]).then(|| action.skip(1).dotted().0).flatten() {
                self.add(parent, [Source::Relation(table.clone())]);
            } else if let Some(value) = computed(&action) {
                let sources = direct(&value);
                if action.says(&["set", "default"]) {
                    self.fills.entry(bare.clone()).or_default().extend(sources);
                } else {
                    self.add(table.clone(), sources);
                }
            }
        }
    }

    fn made(&mut self, words: &Words) {
        let what = words.skip(1).past(&["or", "replace"]);
        let kind = what.past_any(&["global", "local", "temp", "temporary", "unlogged", "recursive", "materialized"]);
        if what.begins_with(&["function", "procedure", "aggregate"]) {
            self.routine(words, &what);
        } else if what.past_any(&["constraint"]).begin(&["trigger"]) {
            let function = words.after("execute").skip(1).last_name().map(Source::Function);
            let table = words.after("on").table().0;
            if let Some((table, function)) = table.zip(function) {
                self.fills.entry(split_name(&table).1.to_owned()).or_default().insert(function);
            }
        } else if what.begin(&["operator"]) {
            let is_function =
                |at: &usize| ["function", "procedure"].contains(&words.word(*at)) && words.word(at + 1) == "=";
            let function = (0..words.len()).find(is_function).and_then(|at| words.skip(at + 2).last_name());
            let symbol = (0..words.len()).find(|at| words.is_operator(*at)).map(|at| words.word(at).to_owned());
            if let Some((symbol, function)) = symbol.zip(function) {
                self.sources.entry(Source::Operator(symbol)).or_default().insert(Source::Function(function));
            }
        } else if kind.begin(&["foreign", "table"]) {
            let name = kind.skip(2).past(&["if", "not", "exists"]).dotted().0;
            self.open.extend(name.map(|name| split_name(&name).1.to_owned()));
        } else if kind.begins_with(&["table", "view"]) {
            self.table(&kind);
        }
    }

    fn routine(&mut self, words: &Words, what: &Words) {
        let Some(name) = what.skip(1).last_name() else { return };
        let mut sources = BTreeSet::new();
        for text in (0..words.len()).filter_map(|at| words.literal(at)) {
            sources.extend(direct(&Words::of(text)));
        }
        let body = words.find(&["atomic"]).or(words.find(&["return"]));
        sources.extend(direct(&body.map_or(words.take(0), |at| words.skip(at))));
        if what.begin(&["aggregate"]) {
            sources.extend(direct(words));
        }
        self.sources.entry(Source::Function(name)).or_default().extend(sources);
    }

    fn table(&mut self, kind: &Words) {
        let (Some(name), rest) = kind.skip(1).past(&["if", "not", "exists"]).dotted() else { return };
        let bare = split_name(&name).1.to_owned();
        // What was true of the one before is none of this one.
        let invoker = kind.begin(&["view"]) && super::access::is_invoker(kind);
        match invoker {
            true => drop(self.invokers.insert(bare)),
            false => drop(self.invokers.remove(&bare)),
        }
        let parent = rest.find(&["partition", "of"]).and_then(|at| rest.skip(at + 2).dotted().0);
        self.tables.insert(name.clone());
        let from = kind.after("as");
        self.renamed.entry(split_name(&name).1.to_owned()).or_default().extend(crossing::renamed(&from));
        self.add(name.clone(), parent.map(Source::Relation));
        self.add(name, direct(&from));
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
            let (table, row) = into.table();
            table.iter().for_each(|table| self.rewritten(table, &here, &row, words));
            let fills = self.fills(&table);
            table.into_iter().for_each(|name| self.add(name, direct(words).into_iter().chain(fills.clone())));
        }
    }

    /// What of a table that the files made says something else from now on: `row` follows its name.
    fn rewritten(&mut self, table: &str, here: &Words, row: &Words, words: &Words) {
        let bare = split_name(table).1.to_owned();
        if here.begin(&["into"]) {
            self.renamed.entry(bare).or_default().extend(crossing::renamed(words));
        } else if let Some(renamed) = self.renamed.get_mut(&bare) {
            match here.word(0) {
                "insert" => renamed.extend(crossing::filled_anew(&row.before(&["on", "returning"]))),
                "update" => {
                    renamed.extend(assigned(&row.after("set").before(&["from", "where", "returning"])));
                }
                _ => {
                    renamed.insert("*".to_owned());
                }
            }
        }
    }

    fn add(&mut self, name: String, from: impl IntoIterator<Item = Source>) {
        let mut all: BTreeSet<Source> = from.into_iter().collect();
        let own = relation(&name);
        all.retain(|source| key(source) != own);
        if !all.is_empty() {
            self.sources.entry(own).or_default().extend(all);
            self.tables.insert(name);
        }
    }
}

/// Rows of a table, by whatever namespace it is called.
fn relation(table: &str) -> Source {
    Source::Relation(split_name(table).1.to_owned())
}

fn key(source: &Source) -> Source {
    match source {
        Source::Relation(table) => relation(table),
        other => other.clone(),
    }
}

/// What words read, without what stands behind it.
fn direct(words: &Words) -> BTreeSet<Source> {
    let relations = relations(words).into_iter().map(Source::Relation);
    let functions = functions(words).into_iter().map(Source::Function);
    let operators = operators(words).into_iter().filter(|it| is_foreign(it)).map(Source::Operator);
    // What was put into a setting, and what was prepared.
    let settings = words.has(&["current_setting", "("]).then(|| Source::Function("current_setting".to_owned()));
    let prepared = words.name(1).filter(|_| words.begin(&["execute"])).map(|name| Source::Function(name.to_owned()));
    relations.chain(functions).chain(operators).chain(settings).chain(prepared).collect()
}

/// What an action of ALTER TABLE computes the values of a column from.
pub(super) fn computed(action: &Words) -> Option<Words> {
    let column = action.skip(1).past(&["column"]);
    match action.word(0) {
        "add" | "alter" => ["default", "generated", "using", "expression"]
            .iter()
            .find_map(|word| column.find(&[word]).map(|at| column.skip(at + 1))),
        _ => None,
    }
}

/// Sources apart: tables and views, and what is called.
pub(super) fn apart(sources: BTreeSet<Source>) -> (Vec<String>, Calls) {
    let (mut relations, mut calls) = (Vec::new(), Calls::default());
    for source in sources {
        match source {
            Source::Relation(table) => relations.push(table),
            Source::Function(name) => calls.functions.push(name),
            Source::Operator(symbol) => calls.operators.push(symbol),
        }
    }
    (relations, calls)
}
