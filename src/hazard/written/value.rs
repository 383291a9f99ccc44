//! What a new column begins with: types that ask nothing of their values, and defaults that are another for each row.

use super::names::Names;
use super::words::Words;
use super::{Asks, Begin};

/// Types that are no domains.
pub(super) const PLAIN: &[&str] = &[
    "int",
    "integer",
    "bigint",
    "smallint",
    "int2",
    "int4",
    "int8",
    "serial",
    "bigserial",
    "smallserial",
    "serial2",
    "serial4",
    "serial8",
    "text",
    "varchar",
    "character",
    "char",
    "numeric",
    "decimal",
    "real",
    "float",
    "float4",
    "float8",
    "double",
    "boolean",
    "bool",
    "uuid",
    "json",
    "jsonb",
    "date",
    "time",
    "timetz",
    "timestamp",
    "timestamptz",
    "interval",
    "bytea",
    "inet",
    "xml",
];

/// Whether a default may be another for each row: it calls what is not known to be the same within a statement.
pub(super) fn is_volatile(default: &Words) -> bool {
    const SAME: &[&str] = &[
        "now",
        "transaction_timestamp",
        "statement_timestamp",
        "current_setting",
        "current_timestamp",
        "current_time",
        "localtimestamp",
        "localtime",
        "date_trunc",
        "timezone",
        "to_timestamp",
        "make_interval",
        "make_date",
        "coalesce",
        "nullif",
        "lower",
        "upper",
        "cast",
        "array",
        "row",
        "interval",
        "numeric",
        "varchar",
        "char",
        "extract",
        "jsonb_build_object",
        "jsonb_build_array",
        "json_build_object",
        "json_build_array",
        "to_jsonb",
        "concat",
    ];
    let calls =
        |at: usize| default.name(at).is_some() && default.word(at + 1) == "(" && !SAME.contains(&default.word(at));
    let cast = |at: usize| at > 0 && ["::", "as"].contains(&default.word(at - 1));
    (0..default.len()).any(|at| calls(at) && !cast(at))
}

/// What has to be so of a column's table for a default to make new rows others'.
pub(super) fn asked_of(column: &str, default: &Words, names: &Names) -> Asks {
    let own = |begin: &Begin| matches!(begin, Begin::Function(name) if names.running.makes(name));
    match begin(default).filter(|it| !own(it)) {
        Some(begin) => Asks::Begins(column.to_owned(), begin),
        None => Asks::Decides(vec![column.to_owned()]),
    }
}

/// What a default says that is one call or one setting, whatever it is cast to.
fn begin(default: &Words) -> Option<Begin> {
    let value = default.bare();
    if let Some(at) = value.find(&["::"]) {
        return begin(&value.take(at));
    }
    if value.begin(&["nullif", "("]) {
        let inner = value.skip(2).inside();
        let (first, last) = (inner.before(&[","]), inner.after(","));
        return begin(&first)
            .filter(|_| last.literal(0) == Some("") && last.len() == 1 && value.len() == inner.len() + 3);
    }
    let mut call = value;
    while call.word(1) == "." {
        call = call.skip(2);
    }
    let arguments = call.skip(2).inside();
    let whole = call.word(1) == "(" && call.len() == arguments.len() + 3;
    match (call.name(0).filter(|_| whole)?, arguments.len()) {
        ("current_setting", 1 | 3) => arguments.literal(0).map(|it| Begin::Setting(it.to_lowercase())),
        (name, 0) => Some(Begin::Function(name.to_owned())),
        _ => None,
    }
}
