//! Statements on rows, wherever in a statement they stand: behind WITH, EXPLAIN, PREPARE, in COPY and in rules.

use super::names::Names;
use super::words::Words;
use super::{About, Asks, Told, shown};
use crate::hazard::{CANNOT_UNDO, DELETES_DATA, WEAKENS_ACCESS};

/// Says what a statement does to rows.
pub(super) fn judge(words: &Words, names: &Names, told: &mut Vec<Told>) {
    if words.begin(&["truncate"]) {
        truncate(&words.skip(1), told);
    }
    // What a trigger or a right is about is not done here.
    if words.begins_with(&["grant", "revoke", "alter", "drop", "comment", "lock"])
        || words.begin(&["create", "trigger"])
    {
        return;
    }
    for at in 0..words.len() {
        let here = words.skip(at);
        let before = at.checked_sub(1).map_or("", |before| words.word(before));
        match here.word(0) {
            "delete" if here.word(1) == "from" => delete(&here.skip(2).inside(), told),
            // A table may be called `set`; without one it is an action of MERGE.
            "update" if (here.word(1) != "set" || here.word(2) == "set") && begins_after(before) => {
                update(&here.skip(1).inside(), names, told)
            }
            "merge" if here.word(1) == "into" => merge(&here.skip(2).inside(), told),
            "insert" if here.word(1) == "into" => catalog(&here.skip(2).table().0, told),
            _ => {}
        }
    }
}

/// Whether UPDATE begins a statement there, and is not said of an action or a lock.
fn begins_after(word: &str) -> bool {
    ["", "(", ")", "as", "analyze", "verbose", "explain", "also", "instead", "in", "query", ";"].contains(&word)
}

fn truncate(rest: &Words, told: &mut Vec<Told>) {
    let list = rest.past(&["table"]);
    for part in list.split(",") {
        let table = part.table().0;
        told.push(Told::table(&DELETES_DATA, format!("every row of {}", shown(&table)), &table, Asks::Rows));
    }
    if list.ends(&["cascade"]) {
        told.push(Told::of(&DELETES_DATA, "and every row of whatever refers to it (CASCADE)", About::Anything));
    }
}

fn delete(rest: &Words, told: &mut Vec<Told>) {
    let (table, rest) = rest.table();
    let condition = rest.after("where").before(&["returning"]);
    let which = if narrows(&condition) { "rows" } else { "every row" };
    told.push(Told::table(&DELETES_DATA, format!("{which} of {}", shown(&table)), &table, Asks::Rows));
    catalog(&table, told);
}

fn update(rest: &Words, names: &Names, told: &mut Vec<Told>) {
    let (table, rest) = rest.table();
    catalog(&table, told);
    if narrows(&rest.after("where").before(&["returning"])) {
        return;
    }
    let columns = assigned(&rest.after("set").before(&["from", "where", "returning"]));
    let added: Vec<Option<bool>> = columns.iter().map(|column| names.adds(&table, column)).collect();
    if !columns.is_empty() && added.iter().all(|it| *it == Some(true)) {
        return;
    }
    // Where they are not there before the file, it fills what it adds.
    let new = !columns.is_empty() && added.iter().all(Option::is_some);
    let asks = if new { Asks::Values(columns.clone()) } else { Asks::Rows };
    let list: Vec<String> = columns.iter().map(|column| format!("`{column}`")).collect();
    let detail = format!("every value of {} is written over", list.join(", "));
    told.push(Told::table(&CANNOT_UNDO, detail, &table, asks));
}

/// The columns that a list of assignments sets.
fn assigned(list: &Words) -> Vec<String> {
    let mut columns = Vec::new();
    for part in list.split(",") {
        match part.word(0) {
            "(" => {
                columns.extend(part.skip(1).inside().split(",").iter().filter_map(|it| it.name(0).map(str::to_owned)))
            }
            _ => columns.extend(part.name(0).map(str::to_owned)),
        }
    }
    columns
}

fn merge(rest: &Words, told: &mut Vec<Told>) {
    let (table, rest) = rest.table();
    catalog(&table, told);
    if rest.has(&["then", "delete"]) {
        told.push(Told::table(&DELETES_DATA, format!("rows of {}", shown(&table)), &table, Asks::Rows));
    }
    let all = !narrows(&rest.after("on").before(&["when"])) || rest.has(&["by", "source"]);
    if all && rest.has(&["then", "update"]) {
        told.push(Told::table(&CANNOT_UNDO, "values of every row are written over", &table, Asks::Rows));
    }
}

/// Whoever writes to the system's catalogs goes by every rule.
fn catalog(table: &Option<String>, told: &mut Vec<Told>) {
    let Some(table) = table else { return };
    let bare = table.strip_prefix("pg_catalog.").unwrap_or(table);
    if bare.starts_with("pg_") && bare != "pg_settings" {
        told.push(Told::of(&WEAKENS_ACCESS, format!("`{table}` of the system is written to"), About::Always));
    }
}

/// Whether a condition takes rows out, as far as it can be seen: one that is true for every row does not.
fn narrows(condition: &Words) -> bool {
    let condition = condition.bare();
    let either = condition.split("or");
    if either.len() > 1 {
        return either.iter().all(narrows);
    }
    let both = condition.split("and");
    if both.len() > 1 {
        return both.iter().any(narrows);
    }
    if condition.begin(&["not"]) {
        let rest = condition.skip(1).bare();
        return !rest.ends(&["is", "null"]) && narrows(&rest);
    }
    if condition.ends(&["is", "not", "null"]) {
        return false;
    }
    let apart = |operator: &&str| condition.find(&[operator]).map(|at| (condition.take(at), condition.skip(at + 1)));
    if let Some((left, right)) = ["=", "<=", ">=", "is", "like", "ilike"].iter().find_map(apart) {
        let right = right.past(&["not", "distinct", "from"]);
        if left.bare().same_as(&right.bare()) {
            return false;
        }
    }
    (0..condition.len()).any(|at| is_value(&condition, at))
}

/// Whether a word is the name of something that is another for each row.
fn is_value(condition: &Words, at: usize) -> bool {
    const WORDS: &[&str] = &[
        "true", "false", "not", "null", "is", "in", "like", "ilike", "between", "exists", "select", "distinct", "from",
        "and", "or", "unknown", "case", "when", "then", "else", "end", "any", "all", "array", "row",
    ];
    let cast = at.checked_sub(1).is_some_and(|before| condition.word(before) == "::");
    let call = condition.word(at + 1) == "(";
    condition.name(at).is_some() && !WORDS.contains(&condition.word(at)) && !cast && !call
}
