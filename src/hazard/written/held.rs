//! Tables that a file keeps others from: until its transaction is through, and so for as long as its later statements take.

use super::called::relations;
use super::condition::picks;
use super::names::{Made, Names};
use super::words::Words;
use super::{About, Asks, Told, code, shown};
use crate::hazard::BLOCKS_READS;

/// The tables that others wait for.
#[derive(Default)]
pub(super) struct Held {
    tables: Vec<String>,
    /// Whether it holds rows of others.
    rows: bool,
}

impl Held {
    /// Takes in what a statement locks.
    pub(super) fn follow(&mut self, words: &Words, names: &Names) {
        let own = |table: &Option<String>| matches!(names.made(table), Some(Made::Empty | Made::Filled));
        self.rows |= !slow(words).is_empty() || FOR_ROWS.iter().any(|it| words.has(it));
        self.tables.extend(locked(words).filter(|table| !own(&Some(table.clone()))));
    }

    /// Says who waits while a statement runs that takes its time.
    pub(super) fn waits(&self, words: &Words, names: &Names) -> Vec<(Told, About)> {
        let inner = words.begin(&["do"]).then(|| code::block(words)).flatten().map(|text| Words::of(&text));
        let told = |table: Option<(Option<String>, Asks)>| {
            let held = self.tables.first().map_or_else(|| "rows".to_owned(), |table| shown(&Some(table.clone())));
            let detail =
                format!("others wait for {held}, which an earlier statement locks; put this into a file of its own");
            let told = match table {
                Some((table, asks)) => Told::table(&BLOCKS_READS, detail, &table, asks),
                None => Told::of(&BLOCKS_READS, detail, About::Anything),
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
        let written = slow(all).into_iter().map(|table| (table, Asks::Rows));
        let read = read(all).into_iter().map(|table| (Some(table), Asks::Many));
        written.chain(read).filter_map(|it| told(Some(it))).collect()
    }
}

/// What locks the rows that it reads.
const FOR_ROWS: &[&[&str]] =
    &[&["for", "update"], &["for", "no", "key", "update"], &["for", "share"], &["for", "key", "share"]];

/// The table that a statement locks so that nobody can read it.
fn locked(words: &Words) -> impl Iterator<Item = String> {
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
        _ => None,
    };
    named.into_iter()
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
