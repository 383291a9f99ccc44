//! Code that runs: blocks, calls, prepared statements, programs. A block in PL/pgSQL is looked into as far as it is written
//! out; what it puts together as text is not.

use super::flow::Flow;
use super::names::Names;
use super::running::When;
use super::words::Words;
use super::{About, Calls, Told, called, crossing, in_body, moved, statement};
use crate::hazard::{DELETES_DATA, WEAKENS_ACCESS};
use crate::sql::split;

/// Functions of PostgreSQL's own that do what cannot be looked into, or delete.
const DANGEROUS: &[&str] = &[
    "lo_unlink",
    "lo_put",
    "lowrite",
    "lo_truncate",
    "lo_truncate64",
    "pg_read_file",
    "pg_read_binary_file",
    "lo_export",
    "lo_import",
    "pg_file_write",
    // They read what stands below tables, or hand it on to other servers.
    "get_raw_page",
    "pg_get_wal_block_info",
    "pg_logical_emit_message",
    "pg_create_logical_replication_slot",
    "pg_create_physical_replication_slot",
    "pg_copy_logical_replication_slot",
    "pg_logical_slot_get_changes",
    "pg_logical_slot_peek_changes",
    "pg_logical_slot_get_binary_changes",
    "pg_logical_slot_peek_binary_changes",
    // They run what stands in a text.
    "query_to_xml",
    "query_to_xmlschema",
    "query_to_xml_and_xmlschema",
    "cursor_to_xml",
    // They read what a text names.
    "table_to_xml",
    "table_to_xml_and_xmlschema",
    "schema_to_xml",
    "schema_to_xml_and_xmlschema",
    "database_to_xml",
    "database_to_xml_and_xmlschema",
    "ts_stat",
    "ts_rewrite",
    "crosstab",
    "crosstab_hash",
    "connectby",
];

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
    fired(words, names, told);
    let symbols = called::operators(words);
    let mut functions = called::functions(words);
    functions.extend(called::attributes(words));
    functions.extend(names.running.operators(&symbols));
    let operators = symbols.into_iter().filter(|it| called::is_foreign(it)).collect();
    let relations = if called::reads(words) { called::relations(words) } else { Vec::new() };
    let calls = reached(Calls { functions, operators, relations, ..Calls::default() }, names);
    if let Some(name) = calls.functions.iter().find(|name| is_harmful(name, names)) {
        return opaque(&format!("what `{name}` does"), About::Anything, told);
    }
    let is_call = |name: &&String| !name.starts_with('.');
    let mut list: Vec<&String> = calls.functions.iter().filter(is_call).chain(&calls.operators).collect();
    if list.is_empty() {
        list.extend(calls.relations.iter().chain(&calls.functions));
    }
    if list.is_empty() {
        return;
    }
    let list: Vec<String> = list.into_iter().map(|name| format!("`{name}`")).collect();
    moved::carried(&calls, names, told);
    opaque(&format!("what {} runs", list.join(", ")), About::Calls(calls), told);
}

fn is_harmful(function: &str, names: &Names) -> bool {
    names.running.is_harmful(function) || is_known_danger(function)
}

/// What is called, with what the functions of the file call, by the names that all of it has before the file.
fn reached(calls: Calls, names: &Names) -> Calls {
    let mut all = names.running.reached(calls);
    // What a view runs whoever reads it runs, too; what the file makes was looked into there.
    all.relations = all.relations.into_iter().filter_map(|it| names.before(&Some(it))).collect();
    all.relations.retain(|it| !it.is_empty());
    all.replaced = names.running.harmful();
    all
}

/// What runs without being asked to, of what the file has made itself: rows may fire a trigger by way of other tables, too.
fn fired(words: &Words, names: &Names, told: &mut Vec<Told>) {
    const WRITES: &[&[&str]] =
        &[&["insert", "into"], &["delete", "from"], &["merge", "into"], &["truncate"], &["update"]];
    let reads = called::reads(words);
    let makes = words.begins_with(&["create", "alter", "drop", "grant", "revoke", "comment", "lock"]);
    let writes = WRITES.iter().any(|it| words.has(it)) || (words.begin(&["copy"]) && words.says(&["from"]));
    let writes = writes && !makes;
    let mut open: Option<(&str, Calls)> = None;
    for hung in names.running.hung().iter().filter(|it| writes || (reads && it.when == When::Used)) {
        let mut calls = hung.calls.clone();
        calls.functions.extend(names.running.operators(&calls.operators));
        calls.operators.retain(|it| called::is_foreign(it));
        let calls = reached(calls, names);
        let what = format!("what {} does", hung.what);
        if calls.functions.iter().any(|function| is_harmful(function, names)) {
            moved::carried(&calls, names, told);
            return opaque(&what, About::Anything, told);
        }
        // What was asked where it was made is asked again only where a function was replaced since.
        if hung.is_open || !calls.replaced.is_empty() {
            let (_, all) = open.get_or_insert_with(|| (&hung.what, Calls::default()));
            *all = std::mem::take(all).and(calls);
        }
    }
    let Some((what, calls)) = open else { return };
    let calls = reached(calls, names);
    moved::carried(&calls, names, told);
    opaque(&format!("what {what} does"), About::Calls(calls), told);
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

/// The same, where the setting is written out.
pub(super) fn sets_plainly(words: &Words, setting: &str) -> bool {
    (0..words.len()).map(|at| words.skip(at)).any(|call| {
        call.name(0) == Some("set_config") && call.literal(2).is_some_and(|it| it.eq_ignore_ascii_case(setting))
    })
}

/// The text of a DO block in PL/pgSQL.
pub(super) fn block(words: &Words) -> Option<String> {
    let rest = words.skip(1);
    let text = (0..rest.len()).find(|at| rest.is_literal(*at) && !(*at > 0 && rest.word(at - 1) == "language"))?;
    let language = rest.after("language");
    let plain = language.len() == 0 || language.name(0).or(language.literal(0)) == Some("plpgsql");
    rest.literal(text).filter(|_| plain).map(str::to_owned)
}

/// Whether code writes rows, or tells others of them.
pub(super) fn writes(words: &Words) -> bool {
    const WRITES: &[&[&str]] = &[
        &["insert", "into"],
        &["update"],
        &["merge", "into"],
        &["copy"],
        &["notify"],
        &["pg_notify"],
        &["execute"],
        &["raise"],
    ];
    WRITES.iter().any(|it| words.has(it))
}

/// The same of the function that a statement makes.
pub(super) fn makes_writer(words: &Words) -> bool {
    let literal = |at: usize| words.literal(at).is_none_or(|text| writes(&Words::of(text)));
    (0..words.len()).any(|at| words.is_literal(at) && literal(at)) || writes(&words.after("atomic"))
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

/// What the variables of a body in PL/pgSQL carry from what it reads to where it writes.
pub(super) fn in_variables(words: &Words, names: &Names) -> Vec<About> {
    let into = |at: usize| words.word(at) == "into" && !["insert", "merge"].contains(&words.word(at.wrapping_sub(1)));
    let carries = (0..words.len()).any(|at| into(at) || [":=", "for", "using"].contains(&words.word(at)));
    let mut told = Vec::new();
    if words.begins_with(&["declare", "begin", "<<"]) && carries {
        moved::in_words(words, names, &mut told);
        crossing::in_block(words, names, &mut told);
    }
    told.into_iter().filter_map(|it| names.about(&it.subject)).collect()
}

/// What EXECUTE runs, where that is written out.
fn executed(rest: &Words, names: &mut Names) -> Vec<(Told, About)> {
    // What it is given is computed before it runs.
    let given = selected(&rest.after("using").before(&["into"]));
    let mut found = if given.len() > 1 { statement(&given, names, false) } else { Vec::new() };
    found.extend(executed_text(rest, names));
    found
}

/// An expression as a statement.
fn selected(expression: &Words) -> Words {
    Words::of(&format!("SELECT {}", expression.sql()))
}

fn executed_text(rest: &Words, names: &mut Names) -> Vec<(Told, About)> {
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

/// What in the body of a function that a statement makes moves rows.
pub(super) fn moves(words: &Words) -> Vec<About> {
    let atomic = words.find(&["atomic"]).map(|at| words.skip(at).sql());
    let texts = (0..words.len()).filter_map(|at| words.literal(at).map(str::to_owned));
    texts.chain(atomic).flat_map(|text| in_body(&text).moves).collect()
}

/// What the body of a function calls that a statement makes; nothing where it cannot be looked into or is dangerous.
pub(super) fn harmless(words: &Words) -> Option<Calls> {
    let language = words.after("language");
    let language = language.name(0).or(language.literal(0)).unwrap_or("sql");
    let mut calls = Calls::default();
    // One literal is the body; those of defaults and settings stand elsewhere, and do no harm as one.
    for at in (0..words.len()).filter(|at| words.is_literal(*at)) {
        let body = in_body(words.literal(at)?);
        if body.is_dangerous {
            return None;
        }
        calls = calls.and(body.called());
    }
    let mut names = Names::of_file(false, Flow::default());
    let returned = words.find(&["return"]).map(|at| selected(&words.skip(at + 1)));
    let parts = pieces(words).into_iter().skip(1).chain(returned).chain(defaults(words));
    for (_, about) in parts.flat_map(|piece| statement(&piece, &mut names, false)) {
        match about {
            About::Calls(more) => calls = calls.and(more),
            about if about.is_of_rows() => {}
            _ => return None,
        }
    }
    ["sql", "plpgsql"].contains(&language).then_some(calls)
}

/// What the arguments of a function begin with that a statement makes.
fn defaults(words: &Words) -> Vec<Words> {
    let open = (0..words.len()).find(|at| words.word(*at) == "(").unwrap_or(words.len());
    let arguments = words.skip(open + 1).inside().split(",");
    let default = |it: Words| ["default", "=", ":="].iter().find_map(|by| it.find(&[by]).map(|at| it.skip(at + 1)));
    arguments.into_iter().filter_map(default).map(|it| selected(&it)).collect()
}
