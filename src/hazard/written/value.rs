//! What a new column begins with: types that ask nothing of their values, and defaults that are another for each row.

use super::words::Words;

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
