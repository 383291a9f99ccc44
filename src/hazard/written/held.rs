//! Tables that a file keeps others from: until its transaction is through, and so for as long as its later statements take.

use super::called::relations;
use super::condition::picks;
use super::names::{Made, Names};
use super::words::Words;
use super::{About, Asks, Told, code, shown};
use crate::hazard::{BLOCKS_READS, BLOCKS_WRITES};

/// The tables that others wait for.
#[derive(Default)]
pub(super) struct Held {
    tables: Vec<String>,
    /// Those of them that nobody can read either.
    unread: Vec<String>,
    /// Whether it holds rows of others.
    rows: bool,
}

impl Held {
    /// Takes in what a statement locks.
    pub(super) fn follow(&mut self, words: &Words, names: &Names) {
        let own = |table: &Option<String>| matches!(names.made(table), Some(Made::Empty | Made::Filled));
        self.rows |= !slow(words).is_empty() || FOR_ROWS.iter().any(|it| words.has(it));
        for (table, reads) in locked(words).into_iter().filter(|(table, _)| !own(&Some(table.clone()))) {
            self.unread.extend(reads.then(|| table.clone()));
            self.tables.push(table);
        }
    }

    /// Says who waits while a statement runs that takes its time.
    pub(super) fn waits(&self, words: &Words, names: &Names) -> Vec<(Told, About)> {
        let inner = words.begin(&["do"]).then(|| code::block(words)).flatten().map(|text| Words::of(&text));
        let told = |table: Option<(Option<String>, Asks)>| {
            let (first, rule) = match self.unread.first() {
                None if !self.tables.is_empty() => (self.tables.first(), &BLOCKS_WRITES),
                first => (first, &BLOCKS_READS),
            };
            let held = first.map_or_else(|| "rows".to_owned(), |table| shown(&Some(table.clone())));
            let detail =
                format!("others wait for {held}, which an earlier statement locks; put this into a file of its own");
            let told = match table {
                Some((table, asks)) => Told::table(rule, detail, &table, asks),
                None => Told::of(rule, detail, About::Anything),
            };
            names.about(&told.subject).map(|about| (told, about))
        };
        if self.tables.is_empty() && !self.rows {
            return Vec::new();
        }
        let all = inner.as_ref().unwrap_or(words);
        if ["pg_sleep", "pg_sleep_for", "pg_sleep_until"].iter().any(|it| all.has(&[it, "("])) {
            return told(None).into_iter().collect();
        }
        if self.tables.is_empty() {
            return Vec::new();
        }
        if counts_far(all) {
            return told(None).into_iter().collect();
        }
        let written = slow(all).into_iter().map(|table| (table, Asks::Rows));
        let read = read(all).into_iter().map(|table| (Some(table), Asks::Many));
        written.chain(read).filter_map(|it| told(Some(it))).collect()
    }
}

/// What locks the rows that it reads.
const FOR_ROWS: &[&[&str]] =
    &[&["for", "update"], &["for", "no", "key", "update"], &["for", "share"], &["for", "key", "share"]];

/// Whether a statement counts so far that it takes its time, whatever it reads.
fn counts_far(words: &Words) -> bool {
    const FAR: u64 = 1_000_000;
    let calls = (0..words.len()).map(|at| words.skip(at)).filter(|it| it.begin(&["generate_series", "("]));
    let ends = calls.map(|it| it.skip(2).inside());
    ends.into_iter().any(|all| (0..all.len()).any(|at| all.word(at).parse::<u64>().is_ok_and(|end| end > FAR)))
}

/// The tables that a statement locks so that nobody can write to them, and whether nobody can read them either.
fn locked(words: &Words) -> Vec<(String, bool)> {
    let what = words.skip(1).past(&["or", "replace"]).past_any(&["constraint", "unique"]);
    let named = match (words.word(0), words.word(1)) {
        ("alter", "table") => {
            let (table, rest) = words.skip(2).past(&["if", "exists"]).table();
            let light = |action: &Words| {
                action.begins_with(&["validate", "attach", "cluster"])
                    || ["set", "reset"].iter().any(|it| action.begin(&[it, "("]))
                    || action.has(&["set", "statistics"])
            };
            table.filter(|_| !rest.split(",").iter().all(light))
        }
        ("create" | "alter" | "drop", "policy") | ("drop", "trigger" | "rule") => words.after("on").table().0,
        ("alter", "view" | "materialized") => words.altered().and_then(|rest| rest.past(&["if", "exists"]).table().0),
        ("create", _) if what.begin(&["trigger"]) || (what.begin(&["index"]) && what.word(1) != "concurrently") => {
            return what.after("on").table().0.map(|table| (table, false)).into_iter().collect();
        }
        ("create", _) if what.begin(&["rule"]) => what.after("to").table().0,
        ("truncate", _) => {
            let list = words.skip(1).past(&["table"]);
            return list.split(",").iter().filter_map(|part| part.table().0).map(|table| (table, true)).collect();
        }
        ("lock", _) => return by_lock(&words.skip(1).past(&["table"])),
        _ => None,
    };
    named.map(|table| (table, true)).into_iter().collect()
}

/// The same of LOCK, by its mode.
fn by_lock(list: &Words) -> Vec<(String, bool)> {
    let mode = list.after("in").before(&["mode"]);
    let reads = match (mode.word(0), mode.word(1)) {
        ("row", _) | ("access", "share") | ("share", "update") => return Vec::new(),
        ("share" | "exclusive", _) => false,
        _ => true,
    };
    let tables = list.before(&["in", "nowait"]);
    tables.split(",").iter().filter_map(|part| part.table().0).map(|table| (table, reads)).collect()
}

/// The tables that a statement reads without writing to them, and may go through.
fn read(words: &Words) -> Vec<String> {
    const QUERIES: &[&str] = &["select", "with", "perform", "for", "return", "values", "table"];
    let block = words.begins_with(&["declare", "begin", "<<"]);
    let picked = || picks(&words.after("where"));
    if block || (words.begins_with(QUERIES) && !picked()) { relations(words) } else { Vec::new() }
}

/// The tables whose rows a statement goes through.
fn slow(words: &Words) -> Vec<Option<String>> {
    let mut all = Vec::new();
    if words.begin(&["alter", "table"]) && words.has(&["validate", "constraint"]) {
        all.push(words.skip(2).past(&["if", "exists"]).table().0);
    }
    if words.begin(&["refresh"]) {
        all.push(words.after("view").past(&["concurrently"]).table().0);
    }
    if words.begin(&["create"]) && words.before(&["as"]).has(&["table"]) {
        all.extend(relations(&words.after("as")).into_iter().map(Some));
    }
    if words.begins_with(&["create", "alter", "drop", "grant", "revoke", "comment"]) {
        return all;
    }
    for at in 0..words.len() {
        let rest = words.skip(at).inside();
        let before = at.checked_sub(1).map_or("", |before| words.word(before));
        let target = match (rest.word(0), rest.word(1)) {
            ("delete" | "merge", "from" | "into") => rest.skip(2),
            ("update", next) if next != "set" && !["for", "key", "do", "then", "on", "or"].contains(&before) => {
                rest.skip(1)
            }
            ("insert", "into") => {
                let source = rest.skip(2).table().1.before(&["on"]);
                all.extend(relations(&source).into_iter().map(Some));
                continue;
            }
            _ => continue,
        };
        let condition = target.after("where").before(&["returning", ";"]);
        if !picks(&condition) {
            all.push(target.table().0);
        }
    }
    all
}
