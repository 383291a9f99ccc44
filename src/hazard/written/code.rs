//! Code that runs: blocks, calls, prepared statements, programs. A block in PL/pgSQL is looked into as far as it is written
//! out; what it puts together as text is not.

use super::names::Names;
use super::words::Words;
use super::{About, Told, in_body, statement};
use crate::hazard::{DELETES_DATA, WEAKENS_ACCESS};
use crate::sql::split;

/// Functions of PostgreSQL's own that do what cannot be looked into, or delete.
const DANGEROUS: &[&str] =
    &["lo_unlink", "pg_read_file", "pg_read_binary_file", "lo_export", "lo_import", "pg_file_write"];

/// Says what cannot be looked into.
pub(super) fn judge(words: &Words, names: &Names, told: &mut Vec<Told>) {
    match words.word(0) {
        "do" if block(words).is_none() => opaque("a DO block", About::Anything, told),
        "execute" if !names.is_prepared(words.name(1).unwrap_or_default()) => {
            opaque("what EXECUTE runs", About::Anything, told);
        }
        "copy" if words.says(&["program"]) => opaque("a program on the server", About::Always, told),
        "copy" if words.says(&["to"]) && !words.says(&["stdout"]) => {
            let detail = "rows are written to a file of the server";
            told.push(Told::of(&WEAKENS_ACCESS, detail, About::Anything));
        }
        "load" => opaque("a library", About::Always, told),
        "create" if words.word(1) == "subscription" => opaque("another server", About::Anything, told),
        // What is a string then is none to us.
        "set" | "alter" if words.has(&["standard_conforming_strings"]) => {
            opaque("what stands behind such strings", About::Anything, told);
        }
        _ if sets(words, "standard_conforming_strings") => {
            opaque("what stands behind such strings", About::Anything, told);
        }
        _ => {}
    }
    let mut calls = calls(words);
    let harmful = |name: &&String| matches!(names.routine(name), Some(None)) || is_known_danger(name);
    if let Some(name) = calls.iter().find(harmful) {
        return opaque(&format!("what `{name}` does"), About::Anything, told);
    }
    if calls.is_empty() {
        return;
    }
    let list: Vec<String> = calls.iter().map(|name| format!("`{name}`")).collect();
    let more: Vec<String> = calls.iter().filter_map(|name| names.routine(name)).flatten().flatten().cloned().collect();
    calls.extend(more);
    calls.sort();
    calls.dedup();
    opaque(&format!("what {} runs", list.join(", ")), About::Calls(calls), told);
}

fn is_known_danger(name: &str) -> bool {
    DANGEROUS.contains(&name) || name.starts_with("dblink")
}

fn opaque(what: &str, about: About, told: &mut Vec<Told>) {
    told.push(Told::of(&DELETES_DATA, format!("{what} cannot be looked into: it may delete rows"), about.clone()));
    told.push(Told::of(&WEAKENS_ACCESS, format!("{what} cannot be looked into: it may open rows"), about));
}

/// Whether a statement makes a function, whose body does not run yet.
pub(super) fn makes_function(words: &Words) -> bool {
    let what = words.past(&["create"]).past(&["or", "replace"]);
    words.begin(&["create"]) && what.begins_with(&["function", "procedure"])
}

/// Whether a statement calls `set_config` on a setting, or on one that is not written out.
pub(super) fn sets(words: &Words, setting: &str) -> bool {
    (0..words.len()).map(|at| words.skip(at)).any(|call| {
        let plain = call.literal(2).filter(|_| call.word(3) == ",");
        call.name(0) == Some("set_config")
            && call.word(1) == "("
            && plain.is_none_or(|it| it.eq_ignore_ascii_case(setting))
    })
}

/// The functions that a statement calls, as far as they may be somebody's own.
fn calls(words: &Words) -> Vec<String> {
    const NONE: &[&str] = &[
        "grant", "revoke", "comment", "drop", "copy", "do", "vacuum", "cluster", "reindex", "analyze", "set", "explain",
    ];
    const KNOWN: &[&str] = &[
        "in",
        "values",
        "coalesce",
        "count",
        "sum",
        "min",
        "max",
        "now",
        "lower",
        "upper",
        "exists",
        "and",
        "or",
        "not",
        "as",
        "using",
        "any",
        "all",
        "array",
        "row",
        "cast",
        "nullif",
        "greatest",
        "least",
        "length",
        "concat",
        "set_config",
        "setval",
        "nextval",
        "generate_series",
        "current_setting",
        "numeric",
        "varchar",
        "char",
        "key",
        "unique",
        "check",
        "references",
        "over",
        "filter",
        "conflict",
        "on",
        "select",
        "where",
        "when",
        "then",
        "else",
        "case",
        "from",
        "union",
        "set",
        "gen_random_uuid",
        "format",
        "array_agg",
        "string_agg",
        "row_number",
        "if",
        "elsif",
        "return",
        "with",
        "materialized",
        "pg_sleep",
        "pg_advisory_xact_lock",
        "to_regclass",
        "quote_ident",
        "quote_literal",
        "type",
        "vector",
        "int4range",
        "only",
        "default",
        "explain",
        "analyze",
        "copy",
        "vacuum",
        "reset",
        "random",
        "cluster",
        "reindex",
        "lock",
        "include",
        "returning",
        "partition",
        "range",
        "list",
        "hash",
        "by",
    ];
    let makes = words.begin(&["create"]) && !["table", "view"].iter().any(|it| words.before(&["as"]).has(&[it]));
    let alters = words.begin(&["alter"]) && words.altered().is_none();
    if makes || alters || (words.begins_with(NONE) && !words.has(&["analyze"]) && !words.begin(&["copy", "("])) {
        return Vec::new();
    }
    let into = |at: usize| {
        let mut first = at;
        while first >= 2 && words.word(first - 1) == "." {
            first -= 2;
        }
        let named = first > 0 && ["into", "table", "references"].contains(&words.word(first - 1));
        named || (first > 2 && words.skip(first - 3).begin(&["if", "not", "exists"]))
    };
    let mut all: Vec<String> = Vec::new();
    for at in 0..words.len() {
        let call = words.word(at + 1) == "(" && !into(at);
        let cast = at > 0 && words.word(at - 1) == "::";
        all.extend(words.name(at).filter(|name| call && !cast && !KNOWN.contains(name)).map(str::to_owned));
    }
    all.sort();
    all.dedup();
    all
}

/// The text of a DO block in PL/pgSQL.
fn block(words: &Words) -> Option<String> {
    let rest = words.skip(1);
    let text = (0..rest.len()).find(|at| rest.is_literal(*at) && !(*at > 0 && rest.word(at - 1) == "language"))?;
    let language = rest.after("language");
    let plain = language.len() == 0 || language.name(0).or(language.literal(0)) == Some("plpgsql");
    rest.literal(text).filter(|_| plain).map(str::to_owned)
}

/// What a statement runs that stands in a text in it.
pub(super) fn inside(words: &Words, names: &mut Names) -> Vec<(Told, About)> {
    match block(words).filter(|_| words.begin(&["do"])) {
        Some(text) => body(&text, names),
        None => Vec::new(),
    }
}

/// What the statements of a body do. Whether each of them runs nobody knows.
pub(super) fn body(text: &str, names: &mut Names) -> Vec<(Told, About)> {
    let mut found = Vec::new();
    for piece in pieces(&Words::of(text)) {
        let dynamic = |at: &usize| {
            let next = piece.word(at + 1);
            piece.word(*at) == "execute" && !["function", "procedure", "on", ",", "to"].contains(&next)
        };
        match (0..piece.len()).find(dynamic) {
            Some(at) => found.extend(executed(&piece.skip(at + 1), names)),
            None => found.extend(statement(&piece, names, false)),
        }
    }
    found
}

/// What EXECUTE runs, where that is written out.
fn executed(rest: &Words, names: &mut Names) -> Vec<(Told, About)> {
    let whole = rest.len() == 1 || ["into", "using", "loop"].contains(&rest.word(1));
    let Some(text) = rest.literal(0).filter(|_| whole) else {
        let mut told = Vec::new();
        opaque("what EXECUTE puts together", About::Anything, &mut told);
        return told.into_iter().map(|it| (it, About::Anything)).collect();
    };
    let statements = split(text).unwrap_or_default();
    statements.iter().flat_map(|it| statement(&Words::of(it.text), names, false)).collect()
}

/// The statements of a body: at semicolons, and behind the words that statements stand behind.
fn pieces(words: &Words) -> Vec<Words> {
    const OPEN: &[&str] = &["begin", "then", "else", "loop", "atomic", "declare", ">>"];
    let mut all = Vec::new();
    let mut from = 0;
    for at in 0..words.len() {
        if words.word(at) == ";" || OPEN.contains(&words.word(at)) {
            all.push(words.skip(from).take(at - from));
            from = at + 1;
        }
    }
    all.push(words.skip(from));
    all.retain(|piece| piece.len() > 0);
    all
}

/// What the body of a function calls that a statement makes; nothing where it cannot be looked into or is dangerous.
pub(super) fn harmless(words: &Words) -> Option<Vec<String>> {
    let language = words.after("language");
    let language = language.name(0).or(language.literal(0)).unwrap_or("sql");
    let mut calls = Vec::new();
    // One literal is the body; those of defaults and settings stand elsewhere, and do no harm as one.
    for at in (0..words.len()).filter(|at| words.is_literal(*at)) {
        let body = in_body(words.literal(at)?);
        calls.extend(body.calls);
        if body.is_dangerous {
            return None;
        }
    }
    let mut names = Names::of_file(false);
    for (_, about) in pieces(words).into_iter().skip(1).flat_map(|piece| statement(&piece, &mut names, false)) {
        match about {
            About::Calls(more) => calls.extend(more),
            _ => return None,
        }
    }
    ["sql", "plpgsql"].contains(&language).then_some(calls)
}
