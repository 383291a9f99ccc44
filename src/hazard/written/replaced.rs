//! What a script puts something else in the place of: what is known of that before it runs says nothing of what comes behind.

use super::names::split_name;
use super::words::Words;
use super::{About, Asks, Moved, Whither};
use crate::sql::split;

/// Whether a script makes, removes, renames or empties what a hazard is about.
pub fn replaces(sql: &str, about: &About) -> bool {
    let (tables, functions) = subjects(about);
    if tables.is_empty() && functions.is_empty() {
        return false;
    }
    let is_one = |words: &Words| {
        let table = words.dotted().0;
        let is_table = table.is_some_and(|table| tables.contains(&split_name(&table).1));
        is_table || words.last_name().is_some_and(|name| functions.contains(&name.as_str()))
    };
    let does = |words: Words| replaced(&words).iter().any(is_one) || (words.begin(&["drop", "schema"]));
    split(sql).unwrap_or_default().iter().any(|statement| does(Words::of(statement.text)))
}

/// The tables and views, without their namespaces, and the functions.
fn subjects(about: &About) -> (Vec<&str>, Vec<&str>) {
    let tables: Vec<&String> = match about {
        About::Table { sql, asks: Asks::Copied(Whither::Table(to)), .. } => vec![sql, to],
        About::Moves(Moved { whither: Whither::Table(to), .. }) => vec![to],
        About::Table { sql, .. } => vec![sql],
        About::Calls(calls) | About::Carries(calls) => calls.relations.iter().collect(),
        _ => Vec::new(),
    };
    let functions = match about {
        About::Calls(calls) | About::Carries(calls) | About::Moves(Moved { by: calls, .. }) => {
            calls.functions.iter().map(String::as_str).collect()
        }
        About::Routine(name) => vec![name.as_str()],
        _ => Vec::new(),
    };
    (tables.into_iter().map(|sql| split_name(sql).1).collect(), functions)
}

/// What a statement makes, removes, renames or empties: each as it begins.
fn replaced(words: &Words) -> Vec<Words> {
    const MADE: &[&str] = &["table", "view", "function", "procedure"];
    match words.word(0) {
        "create" => {
            let kind = (1..5).find(|at| MADE.contains(&words.word(*at)));
            kind.map(|at| words.skip(at + 1).past(&["if", "not", "exists"])).into_iter().collect()
        }
        "drop" => {
            let kind = (1..3).find(|at| MADE.contains(&words.word(*at)) || words.word(*at) == "routine");
            kind.map(|at| words.skip(at + 1).past(&["if", "exists"]).split(",")).unwrap_or_default()
        }
        "truncate" => words.skip(1).past(&["table"]).past(&["only"]).split(","),
        "alter" if words.has(&["rename", "to"]) || words.has(&["set", "schema"]) => {
            let named = words.skip(2).past(&["view"]).past(&["table"]).past(&["if", "exists"]).past(&["only"]);
            let new = words.has(&["rename", "to"]).then(|| words.after("to"));
            [named].into_iter().chain(new).collect()
        }
        _ => Vec::new(),
    }
}
