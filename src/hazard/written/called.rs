//! What a statement calls: functions and operators, and whether it reads tables and views.

use super::words::Words;

/// The functions that a statement calls, as far as they may be somebody's own.
pub(super) fn functions(words: &Words) -> Vec<String> {
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
        "pg_sleep_for",
        "pg_sleep_until",
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
        "operator",
        "lateral",
    ];
    // An index computes what stands in its parentheses for every row.
    let index = words.skip(1).past(&["unique"]);
    if words.begin(&["create"]) && index.begin(&["index"]) {
        return functions(&index.skip((0..index.len()).find(|at| index.word(*at) == "(").unwrap_or(index.len())));
    }
    // What stands behind these is called by other statements, which do not name it.
    let hidden = ["cast", "event", "statistics", "aggregate"].contains(&words.skip(1).past(&["or", "replace"]).word(0))
        || ["class", "family"].contains(&words.word(2));
    let makes = words.begin(&["create"])
        && !hidden
        && !["table", "view", "domain"].iter().any(|it| words.before(&["as"]).has(&[it]));
    let alters = words.begin(&["alter"]) && words.word(1) != "domain" && words.altered().is_none();
    if makes || alters || (words.begins_with(NONE) && !words.has(&["analyze"]) && !words.begin(&["copy", "("])) {
        return Vec::new();
    }
    let into = |at: usize| {
        let mut first = at;
        while first >= 2 && words.word(first - 1) == "." {
            first -= 2;
        }
        // Behind a parenthesis, and behind AS, it is what a table is called.
        let named = first > 0 && ["into", "table", "references", "as", ")"].contains(&words.word(first - 1));
        named || (first > 2 && words.skip(first - 3).begin(&["if", "not", "exists"]))
    };
    let mut all: Vec<String> = Vec::new();
    for at in 0..words.len() {
        let call = words.word(at + 1) == "(" && !into(at);
        let cast = at > 0 && words.word(at - 1) == "::";
        all.extend(words.name(at).filter(|name| call && !cast && !KNOWN.contains(name)).map(str::to_owned));
    }
    if words.begin(&["create"]) && words.skip(1).past(&["or", "replace"]).begin(&["aggregate"]) {
        all = parts_of_aggregate(words);
    }
    all.sort();
    all.dedup();
    all
}

/// What may be a function that is called as if it were a column, each behind a dot: `c.f` means `f(c)` where `c` has none.
pub(super) fn attributes(words: &Words) -> Vec<String> {
    const TABLES: &[&str] = &["from", "join", "into", "update", "table", "only", "using", "view", "on", "as", "::"];
    if words.begins_with(&["create", "alter", "grant", "revoke", "comment", "drop", "set", "lock"]) && !reads(words) {
        return Vec::new();
    }
    let is_table = |at: usize| {
        let mut first = at;
        while first >= 2 && words.word(first - 1) == "." {
            first -= 2;
        }
        first > 0 && TABLES.contains(&words.word(first - 1))
    };
    let behind_dot = |at: &usize| {
        words.word(at - 1) == "." && words.word(at - 2) != "." && !["(", "."].contains(&words.word(at + 1))
    };
    let all = (2..words.len()).filter(behind_dot).filter(|at| !is_table(*at));
    all.filter_map(|at| words.name(at)).map(|name| format!(".{name}")).collect()
}

/// The functions that an aggregate is made of.
fn parts_of_aggregate(words: &Words) -> Vec<String> {
    let is_part = |at: &usize| words.word(*at).contains("func") && words.word(at + 1) == "=";
    (0..words.len()).filter(is_part).filter_map(|at| words.skip(at + 2).last_name()).collect()
}

/// Whether a statement reads rows when it runs.
pub(super) fn reads(words: &Words) -> bool {
    let makes = words.begin(&["create"]) && ["table", "materialized"].iter().any(|it| words.before(&["as"]).has(&[it]));
    let begins = [
        "select", "with", "insert", "update", "delete", "merge", "table", "refresh", "perform", "for", "return",
        "copy", "explain", "call", "if", "prepare",
    ];
    makes || words.begins_with(&begins) || words.has(&[":=", "select"])
}

/// The operators of a statement that runs.
pub(super) fn operators(words: &Words) -> Vec<String> {
    if words.begins_with(&["grant", "revoke", "comment", "drop", "set"]) || words.begin(&["create", "operator"]) {
        return Vec::new();
    }
    let mut all: Vec<String> =
        (0..words.len()).filter(|at| words.is_operator(*at)).map(|at| words.word(at).to_owned()).collect();
    for (said, symbols) in IMPLIED {
        if words.has(&[said]) {
            all.extend(symbols.iter().map(|it| (*it).to_owned()));
        }
    }
    all.sort();
    all.dedup();
    all
}

/// Operators that other words stand for.
const IMPLIED: &[(&str, &[&str])] = &[
    ("like", &["~~", "!~~"]),
    ("ilike", &["~~*", "!~~*"]),
    ("similar", &["~", "!~"]),
    ("between", &["<=", ">=", "<", ">"]),
    ("in", &["=", "<>"]),
    ("case", &["="]),
    ("nullif", &["="]),
    ("natural", &["="]),
    ("using", &["="]),
    ("distinct", &["="]),
];

/// All functions and operators that words name, whatever they do.
pub(super) fn named(words: &Words) -> Vec<String> {
    let calls = (0..words.len()).filter(|at| words.word(at + 1) == "(").filter_map(|at| words.name(at));
    let symbols = (0..words.len()).filter(|at| words.is_operator(*at)).map(|at| words.word(at));
    calls.chain(symbols).map(str::to_owned).collect()
}

/// Whether an operator is none of PostgreSQL's own.
pub(super) fn is_foreign(symbol: &str) -> bool {
    !OPERATORS.contains(&symbol)
}

/// Operators of PostgreSQL's own, and of its usual extensions.
const OPERATORS: &[&str] = &[
    "=", "<>", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "%", "^", "||", "|", "&", "#", "~", "<<", ">>", "->",
    "->>", "#>", "#>>", "#-", "@>", "<@", "&&", "?", "?|", "?&", "@@", "@?", "~*", "!~", "!~*", "~~", "!~~", "~~*",
    "!~~*", "=>", "-|-", "&<", "&>", "<->", "<#>", "<=>", "<+>", "@", "|/", "^@",
];

/// The tables and views that words read, as SQL. What only looks like one is found nowhere.
pub(super) fn relations(words: &Words) -> Vec<String> {
    let mut all = all_relations(words);
    all.sort();
    all.dedup();
    all
}

/// What a statement on rows gives back rows of: `rest` follows its first word.
fn returned(rest: &Words, first: &str, before: &str) -> Option<Words> {
    let target = match first {
        "update" if rest.word(0) != "set" && !["for", "key", "do", "on", "or"].contains(&before) => rest.clone(),
        "merge" if rest.word(0) == "into" => rest.skip(1),
        "insert" if rest.word(0) == "into" && rest.before(&[";"]).says(&["do", "update"]) => rest.skip(1),
        _ => return None,
    };
    target.before(&[";"]).says(&["returning"]).then_some(target)
}

/// The same as often as they are read.
pub(super) fn all_relations(words: &Words) -> Vec<String> {
    const ENDS: &[&str] = &[
        "where",
        "group",
        "having",
        "window",
        "order",
        "limit",
        "offset",
        "fetch",
        "union",
        "except",
        "intersect",
        "on",
        "returning",
        "using",
        "set",
        "when",
        "loop",
        ";",
    ];
    const NONE: &[&str] =
        &["create", "alter", "drop", "truncate", "lock", "temp", "temporary", "unlogged", "foreign", "on", "into"];
    let mut all = Vec::new();
    for at in 0..words.len() {
        let before = at.checked_sub(1).map_or("", |before| words.word(before));
        let rest = words.skip(at + 1).inside();
        if let Some(target) = returned(&rest, words.word(at), before) {
            all.extend(target.table().0);
            continue;
        }
        let parts = match words.word(at) {
            // A condition may stand before the next of them.
            "from" | "using" => rest
                .before(ENDS)
                .split(",")
                .into_iter()
                .chain(rest.before(&ENDS[..10]).split(",").into_iter().skip(1))
                .collect(),
            "join" => vec![rest],
            "table" if !NONE.contains(&before) => vec![rest],
            "view" if before == "materialized" => vec![rest.past(&["concurrently"])],
            _ => continue,
        };
        for part in parts {
            // Joins may stand in parentheses, and so may a name behind ONLY.
            let part = part.past_any(&["only", "lateral", "("]);
            let query = part.begins_with(&["select", "values", "with", "table", "insert", "update", "delete", "merge"]);
            let (name, after) = if query { continue } else { part.dotted() };
            all.extend(name.filter(|_| after.word(0) != "("));
        }
    }
    all
}
