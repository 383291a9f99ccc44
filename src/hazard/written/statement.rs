//! What statements do other than ALTER TABLE and those on rows: what goes, what is built, who waits.

use super::names::Names;
use super::words::Words;
use super::{About, Asks, Closer, Told, access, ahead, code, later, rows, shown, table};
use crate::hazard::{BLOCKS_READS, BLOCKS_WRITES, BREAKS_CODE, DELETES_DATA, REWRITES_TABLE, WEAKENS_ACCESS};

/// Says what is dangerous in a statement.
pub(super) fn judge(words: &Words, names: &Names, told: &mut Vec<Told>) {
    table::judge(words, names, told);
    access::judge(words, names, told);
    code::judge(words, names, told);
    ahead::judge(words, names, told);
    later::judge(words, names, told);
    match words.word(0) {
        "drop" => drop(words, names, told),
        "create" => create(words, names, told),
        "alter" => alter(words, names, told),
        "lock" => lock(&words.skip(1).past(&["table"]), told),
        "vacuum" | "cluster" | "reindex" | "refresh" => maintain(words, told),
        _ => {}
    }
    patience(words, told);
    // The body of a function runs when it is called.
    if !code::makes_function(words) {
        rows::judge(words, names, told);
    }
}

/// Tables and views that go.
fn dropped(words: &Words, list: &Words, told: &mut Vec<Told>) {
    let cascade = words.ends(&["cascade"]);
    let is_table = words.begin(&["drop", "table"]) || words.begin(&["drop", "foreign"]);
    for part in list.split(",") {
        let table = part.table().0;
        let mut tell = |rule, detail: String, asks, closer| {
            told.push(Told::table(rule, detail, &table, asks).if_exists(words.has(&["if", "exists"])).until(closer));
        };
        let again = table.clone().filter(|_| !is_table && !cascade).map(Closer::View);
        tell(&BREAKS_CODE, format!("{} is dropped", shown(&table)), Asks::There, again);
        if is_table {
            tell(&DELETES_DATA, format!("every row of {}", shown(&table)), Asks::Rows, None);
        }
        if cascade {
            tell(&BREAKS_CODE, "what hangs on it goes along (CASCADE)".to_owned(), Asks::There, None);
            tell(&WEAKENS_ACCESS, RESTRICTIONS.to_owned(), Asks::Restrains, None);
        }
    }
}

pub(super) const RESTRICTIONS: &str = "policies that restrict go along where they hang on it (CASCADE)";

/// Functions that go, and are not made again.
fn routines(list: &Words, names: &Names, told: &mut Vec<Told>) {
    for part in list.past(&["if", "exists"]).split(",") {
        let name = part.last_name().filter(|name| !names.running.makes(name));
        told.extend(name.map(|name| {
            let again = Some(Closer::Routine(name.clone()));
            Told::of(&BREAKS_CODE, format!("calls of `{name}`"), About::Routine(name)).until(again)
        }));
    }
}

fn drop(words: &Words, names: &Names, told: &mut Vec<Told>) {
    let cascade = words.ends(&["cascade"]);
    if let Some(list) = words.dropped() {
        return dropped(words, &list, told);
    }
    match words.word(1) {
        "function" | "procedure" | "routine" if !cascade => routines(&words.skip(2), names, told),
        "trigger" | "rule" => {
            let named = words.skip(2).past(&["if", "exists"]);
            let (name, table) = (named.shown(), named.after("on").table().0);
            let told_of = match words.word(1) {
                "rule" => {
                    Told::table(&WEAKENS_ACCESS, format!("the rule `{name}` no longer holds"), &table, Asks::There)
                }
                _ => {
                    let again = table.clone().map(|table| Closer::Made(table, name.clone()));
                    let detail = format!("`{name}` is no longer called");
                    Told::table(&BREAKS_CODE, detail, &table, Asks::Trigger(name)).until(again)
                }
            };
            told.push(told_of.if_exists(words.has(&["if", "exists"])));
        }
        "schema" if cascade => {
            let list = words.skip(2).past(&["if", "exists"]).before(&["cascade"]);
            if !list
                .split(",")
                .iter()
                .all(|part| part.len() == 1 && part.name(0).is_some_and(|it| names.has_schema(it)))
            {
                told.push(Told::of(&DELETES_DATA, "all that is in it", About::Anything));
            }
        }
        "owned" => told.push(Told::of(&DELETES_DATA, "all that a role owns", About::Anything)),
        "database" => told.push(Told::of(&DELETES_DATA, "a whole database", About::Always)),
        "index" | "sequence" if cascade => {
            told.push(Told::of(&BREAKS_CODE, "what hangs on it goes along (CASCADE)", About::Anything));
        }
        "policy" => access::dropped_policy(words, names, told),
        "extension" if !cascade => {
            for part in words.skip(2).past(&["if", "exists"]).before(&["restrict"]).split(",") {
                let name = part.shown();
                let detail = format!("the tables that belong to `{name}`");
                told.push(Told::of(&DELETES_DATA, detail, About::Extension(name)));
            }
        }
        "event" => told.push(Told::of(&WEAKENS_ACCESS, "an event trigger no longer watches", About::Anything)),
        _ if cascade => {
            let detail = "columns that hang on it go along (CASCADE)";
            told.push(Told::of(&DELETES_DATA, detail, About::Anything));
            let detail = "policies and triggers that hang on it go along (CASCADE)";
            told.push(Told::of(&WEAKENS_ACCESS, detail, About::Anything));
        }
        _ => {}
    }
}

fn create(words: &Words, names: &Names, told: &mut Vec<Told>) {
    let index = words.skip(1).past(&["unique"]);
    if index.begin(&["index"]) && index.word(1) != "concurrently" {
        let table = index.after("on").table().0;
        let detail = "an index is built in a transaction; write CONCURRENTLY, in a file of its own that begins with \
                      `-- dbtool: no-transaction`";
        told.push(Told::table(&BLOCKS_WRITES, detail, &table, Asks::Rows));
    }
    let rule = words.skip(1).past(&["or", "replace"]);
    if rule.begin(&["rule"]) {
        let table = rule.after("to").table().0;
        told.push(Told::table(&BREAKS_CODE, "statements on it do something else", &table, Asks::There));
        let detail = "what a rule does is done with the rights of who owns the table";
        told.push(Told::of(&WEAKENS_ACCESS, detail, About::Closed));
    }
    // The elements of a namespace are statements of their own.
    if words.begin(&["create", "schema"]) {
        for at in 2..words.len() {
            if ["grant", "create"].contains(&words.word(at)) {
                let end = (at + 1..words.len()).find(|next| ["grant", "create"].contains(&words.word(*next)));
                judge(&words.skip(at).take(end.unwrap_or(words.len()) - at), names, told);
            }
        }
    }
}

fn alter(words: &Words, names: &Names, told: &mut Vec<Told>) {
    let renamed = ["schema", "function", "procedure", "routine", "aggregate", "type", "domain"];
    let again = words.says(&["rename", "to"]) || words.says(&["set", "schema"]);
    if again && renamed.contains(&words.word(1)) {
        let name = words.skip(2).last_name().unwrap_or_default();
        if !names.has_schema(&name) && !names.running.makes(&name) && !names.has_object(&words.skip(2).dotted().0) {
            told.push(Told::of(&BREAKS_CODE, format!("`{name}` gets another name"), About::Anything));
        }
    }
    if words.begin(&["alter", "type"]) {
        if words.has(&["drop", "attribute"]) {
            told.push(Told::of(&DELETES_DATA, "a part of every value of the type", About::Anything));
        }
        if words.has(&["alter", "attribute"]) {
            told.push(Told::of(&REWRITES_TABLE, "a part of the type gets another type", About::Anything));
        }
        if words.has(&["rename", "value"]) || words.has(&["rename", "attribute"]) {
            told.push(Told::of(&BREAKS_CODE, "a part of the type gets another name", About::Anything));
        }
    }
    if words.begin(&["alter", "extension"]) && words.says(&["add"]) {
        told.push(Told::of(&DELETES_DATA, "what belongs to an extension goes with it", About::Anything));
    }
    let checks = words.says(&["add"]) || words.says(&["set", "not", "null"]);
    if words.begin(&["alter", "domain"]) && checks && !words.says(&["not", "valid"]) {
        let detail = "every row with such a value is checked; add it NOT VALID and validate it later";
        told.push(Told::of(&BLOCKS_WRITES, detail, About::Anything));
    }
}

/// Who waits for a lock makes everybody wait behind: dbtool's own limit is there for that.
fn patience(words: &Words, told: &mut Vec<Told>) {
    let is_it = |name: Option<&str>| name.is_some_and(|name| name.eq_ignore_ascii_case("lock_timeout"));
    let what = words.skip(1).past_any(&["local", "session"]);
    let unlimited = match words.word(0) {
        "set" if is_it(what.name(0)) => is_long(&what.skip(2)),
        "reset" => is_it(words.name(1)) || words.word(1) == "all",
        _ => code::sets_plainly(words, "lock_timeout"),
    };
    if unlimited {
        let detail = "it may wait long for a lock, and whoever comes later waits behind it";
        told.push(Told::of(&BLOCKS_READS, detail, About::Anything));
    }
}

/// Whether a time is more than half a minute, none, or not to be read.
fn is_long(value: &Words) -> bool {
    let text = value.literal(0).unwrap_or(value.word(0)).trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    let unit = match text.get(digits.len()..).unwrap_or_default().trim() {
        "" | "ms" => 1.0,
        "us" => 0.001,
        "s" => 1_000.0,
        _ => return true,
    };
    digits.trim().parse::<f64>().map_or(true, |number| number * unit > 30_000.0 || number * unit < 1.0)
}

fn lock(list: &Words, told: &mut Vec<Told>) {
    let mode = list.after("in").before(&["mode"]);
    let rule = match (mode.word(0), mode.word(1)) {
        ("row", _) | ("access", "share") | ("share", "update") => return,
        ("share" | "exclusive", _) => &BLOCKS_WRITES,
        _ => &BLOCKS_READS,
    };
    for part in list.before(&["in", "nowait"]).split(",") {
        let table = part.table().0;
        let detail = "others wait until the file is through";
        told.push(Told::table(rule, detail, &table, Asks::Rows));
    }
}

fn maintain(words: &Words, told: &mut Vec<Told>) {
    let options = if words.word(1) == "(" { words.skip(2).inside() } else { words.take(0) };
    let bare = if options.len() > 0 { words.skip(3 + options.len()) } else { words.skip(1) };
    let is_off = ["false", "off", "0"].iter().any(|it| options.has(&["full", it]));
    let rest = bare.past_any(&["full", "freeze", "verbose", "analyze"]);
    match words.word(0) {
        "vacuum" if (options.has(&["full"]) && !is_off) || bare.begin(&["full"]) => {
            for part in rest.split(",") {
                let (table, _) = part.table();
                let told_of = |table| Told::table(&REWRITES_TABLE, "the table is written again", table, Asks::Rows);
                told.push(told_of(&table));
            }
        }
        "cluster" => {
            // `CLUSTER index ON table` is the way it was written once.
            let table = if rest.says(&["on"]) { rest.after("on") } else { rest };
            told.push(Told::table(&REWRITES_TABLE, "the table is written again", &table.table().0, Asks::Rows));
        }
        "reindex" if !words.has(&["concurrently"]) => {
            let detail = "readers and writers wait while it is built anew; write CONCURRENTLY, in a file of its own that \
                          begins with `-- dbtool: no-transaction`";
            told.push(match bare.word(0) {
                "table" => Told::table(&BLOCKS_READS, detail, &bare.skip(1).table().0, Asks::Rows),
                _ => Told::of(&BLOCKS_READS, detail, About::Anything),
            });
        }
        "refresh" if !words.has(&["concurrently"]) => {
            let detail = "readers wait while it is made anew; write CONCURRENTLY";
            // However few rows it holds, it takes as long as what it is made from.
            told.push(Told::table(&BLOCKS_READS, detail, &words.skip(3).table().0, Asks::There));
        }
        _ => {}
    }
}
