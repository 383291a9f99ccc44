//! What can be seen of the condition that rows are picked by, without asking them.

use super::words::Words;

/// Whether a condition takes rows out, as far as it can be seen: one that is true for every row does not.
pub(super) fn narrows(condition: &Words) -> bool {
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

/// Whether a condition names the values of a column that it is after.
pub(super) fn picks(condition: &Words) -> bool {
    let value =
        |part: &Words, at: usize| part.is_literal(at) || part.word(at).starts_with(|c: char| c.is_ascii_digit());
    let named = |part: &Words| {
        let part = part.bare();
        let part = if part.word(1) == "." { part.skip(2) } else { part };
        part.name(0).is_some()
            && ((part.word(1) == "=" && part.len() == 3 && value(&part, 2))
                || part.skip(1).begin(&["in", "("]) && value(&part, 3))
    };
    narrows(condition) && condition.bare().split("and").iter().any(named)
}

/// Whether a condition takes only rows that have no value yet where one is written.
pub(super) fn only_fills(condition: &Words, columns: &[String]) -> bool {
    let parts = condition.bare().split("and");
    let is_empty = |part: &Words, column: &String| {
        let part = part.bare();
        part.ends(&["is", "null"]) && matches!(part.len(), 3 | 5) && part.name(part.len() - 3) == Some(column)
    };
    columns.iter().all(|column| parts.iter().any(|part| is_empty(part, column)))
}

/// Whether a word begins or joins what a statement says, and names nothing.
pub(super) fn keyword(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "select",
        "distinct",
        "all",
        "by",
        "on",
        "and",
        "or",
        "where",
        "set",
        "when",
        "then",
        "else",
        "case",
        "end",
        "not",
        "returning",
        "from",
        "join",
        "left",
        "right",
        "full",
        "inner",
        "outer",
        "cross",
        "natural",
        "lateral",
        "into",
        "using",
        "as",
        "values",
        "between",
        "like",
        "ilike",
        "in",
        "is",
        "null",
        "true",
        "false",
        "default",
        "having",
        "order",
        "group",
        "limit",
        "offset",
        "union",
        "except",
        "intersect",
        "with",
        "recursive",
        "only",
        "exists",
        "insert",
        "update",
        "delete",
        "merge",
        "matched",
        "conflict",
        "do",
        "begin",
        "declare",
        "loop",
        "if",
        "elsif",
        "return",
        "for",
        "perform",
        "materialized",
        "table",
        "over",
        "filter",
        "partition",
        "asc",
        "desc",
        "nulls",
        "first",
        "last",
        "any",
        "some",
        "array",
        "row",
        "cast",
        "collate",
        "at",
        "current_user",
        "session_user",
        "user",
    ];
    WORDS.contains(&word)
}
