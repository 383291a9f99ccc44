//! Names of types, looked up without asking a server.

use super::{canonical, known, parse};
use crate::sql::{TokenKind, name_of, tokens_of};

/// The names that a column's type can begin with, for suggestions.
const BUILT_IN: &[&str] = &[
    "bigint",
    "bigserial",
    "bit",
    "bit varying",
    "boolean",
    "box",
    "bytea",
    "character",
    "character varying",
    "cidr",
    "circle",
    "date",
    "daterange",
    "datemultirange",
    "double precision",
    "inet",
    "int",
    "int4range",
    "int8range",
    "int4multirange",
    "int8multirange",
    "integer",
    "interval",
    "json",
    "jsonb",
    "jsonpath",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "nummultirange",
    "numeric",
    "numrange",
    "oid",
    "path",
    "pg_lsn",
    "pg_snapshot",
    "point",
    "polygon",
    "real",
    "regclass",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
    "serial",
    "smallint",
    "smallserial",
    "text",
    "tid",
    "time",
    "timestamp",
    "timestamptz",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "txid_snapshot",
    "uuid",
    "varchar",
    "xid",
    "xid8",
    "xml",
    "cid",
    "bpchar",
    "\"char\"",
    "aclitem",
    "refcursor",
    "void",
    "trigger",
    "record",
    "anyelement",
    "anyarray",
    "event_trigger",
    "internal",
    "cstring",
    "oidvector",
    "int2vector",
    "regcollation",
    "gtsvector",
    "time with time zone",
    "unknown",
    "\"any\"",
    "anycompatible",
    "anycompatiblearray",
    "anycompatiblemultirange",
    "anycompatiblenonarray",
    "anycompatiblerange",
    "anyenum",
    "anymultirange",
    "anynonarray",
    "anyrange",
    "fdw_handler",
    "index_am_handler",
    "language_handler",
    "table_am_handler",
    "tsm_handler",
];

/// What the tables and views of the catalog begin with, each of which is a type too.
const OF_CATALOG: &str = "pg_";

/// Types that well-known extensions bring, with the extension.
const FROM_EXTENSIONS: &[(&str, &str)] = &[
    ("vector", "vector"),
    ("halfvec", "vector"),
    ("sparsevec", "vector"),
    ("citext", "citext"),
    ("hstore", "hstore"),
    ("ltree", "ltree"),
    ("lquery", "ltree"),
    ("ltxtquery", "ltree"),
    ("geometry", "postgis"),
    ("geography", "postgis"),
    ("box2d", "postgis"),
    ("box3d", "postgis"),
    ("raster", "postgis_raster"),
    ("cube", "cube"),
    ("earth", "earthdistance"),
    ("seg", "seg"),
    ("query_int", "intarray"),
    ("lo", "lo"),
    ("isbn", "isn"),
    ("isbn13", "isn"),
    ("ismn", "isn"),
    ("ismn13", "isn"),
    ("issn", "isn"),
    ("issn13", "isn"),
    ("ean13", "isn"),
    ("upc", "isn"),
];

/// What is known of a type's name without asking a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// PostgreSQL has it, or it is qualified or quoted and so the server's to judge.
    Known,
    /// A well-known extension brings it.
    FromExtension(&'static str),
    /// Nobody has it, as far as is known here; the nearest name, if there is one.
    Unknown(Option<String>),
}

/// The name of a type as it is found in the catalog: without quotes, modifier and brackets; `None` where it is no name.
pub fn base(text: &str) -> Option<String> {
    let parts = parse(&canonical(text))?;
    Some(match tokens_of(&parts.base).as_deref() {
        Ok([one]) if one.kind == TokenKind::QuotedName => name_of(one).unwrap_or_default().into_owned(),
        _ => parts.base,
    })
}

/// Looks a type's name up, among PostgreSQL's own and the `declared` ones.
pub fn look_up<'a>(text: &str, declared: impl Iterator<Item = &'a str>) -> Named {
    let Some(parts) = parse(&canonical(text)) else { return Named::Unknown(None) };
    let base = base(text).unwrap_or_default();
    let declared: Vec<&str> = declared.collect();
    let full = canonical(text).trim_end_matches("[]").to_owned();
    if base.contains('.')
        || known(&full).is_some()
        || BUILT_IN.contains(&parts.base.as_str())
        || declared.contains(&base.as_str())
        || parts.base.starts_with(OF_CATALOG)
        || parts.base.starts_with("interval")
    {
        return Named::Known;
    }
    if let Some((_, extension)) = FROM_EXTENSIONS.iter().find(|(name, _)| *name == base) {
        return Named::FromExtension(extension);
    }
    let extensions = FROM_EXTENSIONS.iter().map(|(name, _)| *name);
    Named::Unknown(nearest(&base, BUILT_IN.iter().copied().chain(extensions).chain(declared)))
}

/// The candidate that a misspelled name most likely means, if one is near enough.
pub fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let limit = (name.chars().count() / 3).clamp(1, 3);
    // Of two that are equally near, the one with the same first letter: people seldom get that one wrong.
    let begins_otherwise = |candidate: &str| candidate.chars().next() != name.chars().next();
    let score = |candidate| (strsim::damerau_levenshtein(name, candidate), begins_otherwise(candidate), candidate);
    let scored = candidates.map(score);
    scored.filter(|(distance, ..)| *distance <= limit).min().map(|(.., candidate)| candidate.to_owned())
}
