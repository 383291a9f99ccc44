//! Types of columns.

use super::model::{Class, Filled};
use super::prng::Rng;

/// Types that are not turned into each other.
const MISC: &[&str] = &[
    "bytea",
    "interval",
    "interval hour to minute",
    "time",
    "time(2) with time zone",
    "money",
    "bit(3)",
    "bit varying(5)",
    "varbit",
    "xml",
    "json",
    "cidr",
    "macaddr8",
    "point",
    "box",
    "tsvector",
    "tsquery",
    "int8range",
    "numrange",
    "tstzrange",
    "daterange",
    "int4multirange",
    "oid",
    "regclass",
    "name",
    "\"char\"",
    "uuid[]",
    "numeric(6,2)[]",
    "timestamptz[]",
    "jsonb[]",
    "varchar(20)[]",
    "bit(3)[]",
    "bool[]",
    "pg_lsn",
    "int[][]",
    "character(1)",
    "jsonpath",
];

/// The types of a class.
pub fn kinds(class: Class) -> &'static [&'static str] {
    match class {
        Class::Text => &["text", "text", "varchar(40)", "varchar", "char(8)"],
        Class::Int => &["int", "integer", "bigint", "smallint", "int8"],
        Class::Number => &["numeric(10,2)", "numeric", "double precision", "real", "decimal(6)"],
        Class::Bool => &["bool", "boolean"],
        Class::Uuid => &["uuid"],
        Class::Time => &["timestamptz", "timestamp", "date", "timestamp(3) with time zone"],
        Class::Json => &["jsonb"],
        Class::Texts => &["text[]"],
        Class::Ints => &["int[]"],
        Class::Range => &["int4range"],
        Class::Inet => &["inet"],
        Class::Vector => &["vector(3)", "vector(4)"],
        Class::Misc => MISC,
        _ => &[""],
    }
}

/// Numbers for new rows.
pub fn identity(rng: &mut Rng) -> Filled {
    let all =
        [("start", 10), ("increment", 2), ("min", 1), ("max", 1000), ("cache", 5), ("start", 100), ("increment", 1)];
    let mut options: Vec<(&str, i64)> = if rng.chance(40) { rng.some(&all, 3) } else { Vec::new() };
    options.sort_unstable();
    options.dedup_by_key(|(key, _)| *key);
    Filled::Identity(rng.pick::<&str>(&["always", "by default"]), options)
}
