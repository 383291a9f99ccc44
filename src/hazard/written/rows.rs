//! Statements on rows, wherever in a statement they stand: behind WITH, EXPLAIN, PREPARE, in COPY and in rules.

use super::condition::{narrows, only_fills, picks};
use super::crossing;
use super::moved::{self, copied};
use super::names::Names;
use super::words::Words;
use super::{About, Asks, Spared, Told, shown};
use crate::hazard::{BLOCKS_WRITES, CANNOT_UNDO, DELETES_DATA, WEAKENS_ACCESS};

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
    moved::judge(words, names, told);
    crossing::judge(words, names, told);
    if words.begin(&["copy"]) && words.says(&["from"]) {
        let table = words.skip(1).table().0;
        catalog(&table, told);
        steers(&table, names, told);
    }
    for at in 0..words.len() {
        let here = words.skip(at);
        let before = at.checked_sub(1).map_or("", |before| words.word(before));
        // What WITH calls a table is one in the statement that it stands before.
        let with = if words.begin(&["with"]) && words.find(&[here.word(0)]) == Some(at) {
            words.take(at)
        } else {
            words.take(0)
        };
        match here.word(0) {
            "delete" if here.word(1) == "from" => delete(&here.skip(2).inside(), told),
            // A table may be called `set`; without one it is an action of MERGE.
            "update" if (here.word(1) != "set" || here.word(2) == "set") && begins_after(before) => {
                update(&here.skip(1).inside(), &with, names, told)
            }
            "merge" if here.word(1) == "into" => merge(&here.skip(2).inside(), &with, names, told),
            "insert" if here.word(1) == "into" => insert(&here.skip(2).inside(), &with, names, told),
            _ => {}
        }
    }
}

/// Whether UPDATE begins a statement there, and is not said of an action or a lock.
pub(super) fn begins_after(word: &str) -> bool {
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

fn update(rest: &Words, with: &Words, names: &Names, told: &mut Vec<Told>) {
    let (table, rest) = rest.table();
    if catalog(&table, told) || table.as_deref().is_some_and(|it| it.ends_with("pg_settings")) {
        return;
    }
    let tail = rest.after("set").before(&["returning"]);
    let (list, condition) = (tail.before(&["where"]), tail.after("where"));
    let columns = assigned(&list.before(&["from"]));
    copied(&list, &table, names, told);
    copied(with, &table, names, told);
    crossing::updates(&[&tail, with], &list, &table, names, told);
    let alias = rest.before(&["set"]);
    over(Over { table, alias, with, sources: list.after("from"), condition, columns }, names, told);
}

/// Values that are written over.
struct Over<'a> {
    table: Option<String>,
    alias: Words,
    with: &'a Words,
    sources: Words,
    condition: Words,
    columns: Vec<String>,
}

fn over(over: Over<'_>, names: &Names, told: &mut Vec<Told>) {
    let Over { table, condition, columns, .. } = &over;
    if columns.is_empty() {
        return;
    }
    let added: Vec<Option<bool>> = columns.iter().map(|column| names.adds(table, column)).collect();
    if added.iter().all(|it| *it == Some(true)) {
        return many(table, condition, told);
    }
    decides(table, columns, told);
    many(table, condition, told);
    if only_fills(condition, columns) {
        return;
    }
    let list: Vec<String> = columns.iter().map(|column| format!("`{column}`")).collect();
    // With the names of another search path nobody can ask.
    let askable = names.is_where_it_began() || (over.sources.len() == 0 && !condition.has(&["select"]));
    if narrows(condition) && askable {
        let detail = format!("every value of {} may be written over", list.join(", "));
        told.push(Told::table(&CANNOT_UNDO, detail, table, Asks::Spares(Box::new(over.spared()))));
        return;
    }
    // Where they are not there before the file, it fills what it adds.
    let asks = if added.iter().all(Option::is_some) { Asks::Values(columns.clone()) } else { Asks::Rows };
    let detail = format!("every value of {} is written over", list.join(", "));
    told.push(Told::table(&CANNOT_UNDO, detail, table, asks));
}

fn many(table: &Option<String>, condition: &Words, told: &mut Vec<Told>) {
    if !picks(condition) {
        let detail = "whoever writes to the same rows waits until all are through; fill them in batches";
        told.push(Told::table(&BLOCKS_WRITES, detail, table, Asks::Many));
    }
}

impl Over<'_> {
    fn spared(&self) -> Spared {
        let alias = self.alias.past(&["as"]).take(1);
        let bare = self.table.as_deref().map(|table| super::names::split_name(table).1.to_owned());
        let all = [self.with, &self.sources, &self.condition];
        let called = all.into_iter().flat_map(|words| {
            (0..words.len()).filter(|at| words.word(at + 1) == "(").filter_map(|at| words.name(at).map(str::to_owned))
        });
        Spared {
            with: self.with.sql(),
            alias: if alias.len() > 0 { alias.sql() } else { bare.unwrap_or_default() },
            sources: self.sources.sql(),
            condition: self.condition.sql(),
            columns: self.columns.clone(),
            calls: called.collect(),
        }
    }
}

/// Rows change hands where policies read what is written.
fn decides(table: &Option<String>, columns: &[String], told: &mut Vec<Told>) {
    let detail = format!("rows of {} may become others' by what is written", shown(table));
    told.push(Told::table(&WEAKENS_ACCESS, detail, table, Asks::Decides(columns.to_vec())));
}

/// New rows let others in where policies of other tables look for them.
pub(super) fn steers(table: &Option<String>, names: &Names, told: &mut Vec<Told>) {
    for table in names.with_parents(table) {
        let detail = format!("rows in {} may let others in elsewhere", shown(&table));
        told.push(Told::table(&WEAKENS_ACCESS, detail, &table, Asks::Steers));
    }
}

fn insert(rest: &Words, with: &Words, names: &Names, told: &mut Vec<Told>) {
    let (table, rest) = rest.table();
    catalog(&table, told);
    let rest = rest.before(&["returning"]);
    let at = rest.find(&["on", "conflict"]).unwrap_or(rest.len());
    let (source, conflict) = (rest.take(at), rest.skip(at));
    copied(&source, &table, names, told);
    copied(with, &table, names, told);
    crossing::copies(&[&source, with], Some(&source), &table, names, told);
    steers(&table, names, told);
    if !conflict.says(&["do", "update"]) {
        return;
    }
    let columns = assigned(&conflict.after("set").before(&["where"]));
    let added = |column: &String| names.adds(&table, column) == Some(true);
    if columns.iter().all(added) {
        return;
    }
    decides(&table, &columns, told);
    // Rows that are written out are those that are meant.
    if is_unbounded(&source) {
        let list: Vec<String> = columns.iter().map(|column| format!("`{column}`")).collect();
        let detail = format!("every value of {} may be written over", list.join(", "));
        told.push(Told::table(&CANNOT_UNDO, detail, &table, Asks::Rows));
    }
}

/// Whether rows come from elsewhere than from a list.
fn is_unbounded(source: &Words) -> bool {
    let elsewhere = |at: usize| match source.word(at) {
        "from" | "join" => !source.skip(at + 1).begin(&["(", "values"]),
        "table" => true,
        _ => false,
    };
    !source.begins_with(&["values", "default"]) && (0..source.len()).any(elsewhere)
}

/// The columns that a list of assignments sets.
pub(super) fn assigned(list: &Words) -> Vec<String> {
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

fn merge(rest: &Words, with: &Words, names: &Names, told: &mut Vec<Told>) {
    let (table, rest) = rest.table();
    catalog(&table, told);
    if rest.has(&["then", "delete"]) {
        told.push(Told::table(&DELETES_DATA, format!("rows of {}", shown(&table)), &table, Asks::Rows));
    }
    let (alias, from) = (rest.before(&["using"]), rest.after("using"));
    let sources = from.before(&["on"]);
    copied(&rest.before(&["on"]), &table, names, told);
    copied(with, &table, names, told);
    if let Some(at) = rest.find(&["then", "insert"]) {
        crossing::copies(&[&rest, with], Some(&rest.skip(at + 2).before(&["when", "returning"])), &table, names, told);
    }
    if rest.has(&["then", "update"]) {
        crossing::copies(&[&rest, with], None, &table, names, told);
    }
    if rest.has(&["then", "insert"]) {
        steers(&table, names, told);
    }
    let actions = rest.split("when");
    let updates = actions.iter().filter(|action| action.says(&["then", "update"]));
    let mut columns: Vec<String> = updates.flat_map(|action| assigned(&action.after("set"))).collect();
    columns.sort();
    columns.dedup();
    if sources.begin(&["(", "values"]) && !rest.has(&["by", "source"]) {
        if !columns.is_empty() {
            decides(&table, &columns, told);
        }
        return;
    }
    let by_source = rest.has(&["by", "source"]);
    let condition = if by_source { rest.take(0) } else { from.after("on").before(&["when"]) };
    over(Over { table, alias, with, sources, condition, columns }, names, told);
}

/// Whoever writes to the system's catalogs goes by every rule.
fn catalog(table: &Option<String>, told: &mut Vec<Told>) -> bool {
    let Some(table) = table else { return false };
    let bare = table.strip_prefix("pg_catalog.").unwrap_or(table);
    let is_catalog = bare.starts_with("pg_") && bare != "pg_settings";
    if is_catalog {
        told.push(Told::of(&WEAKENS_ACCESS, format!("`{table}` of the system is written to"), About::Always));
    }
    is_catalog
}
