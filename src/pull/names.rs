//! Names as the TOML and the file system want them.

use std::collections::{BTreeMap, HashMap};

use sha2::{Digest as _, Sha256};

use crate::schema::{DEFAULT_NAMESPACE, Id};
use crate::sql::quote_ident;
use crate::types;

/// The name of an object under its section: with its namespace where that is not the default. What stands in none, such as
/// a role, has a name without parts, whatever it looks like.
pub(super) fn key(id: &Id) -> String {
    if id.namespace.is_empty() { id.name.clone() } else { shown(&id.namespace, &id.name) }
}

/// The same for a name in a namespace. A part that would be misread stands in SQL's quotes.
pub(super) fn shown(namespace: &str, name: &str) -> String {
    let part = |name: &str| {
        let misread = name.contains('.') || name.starts_with('"');
        if misread { quote_ident(name) } else { name.to_owned() }
    };
    if namespace.is_empty() || namespace == DEFAULT_NAMESPACE {
        part(name)
    } else {
        format!("{}.{}", part(namespace), part(name))
    }
}

/// Whether a name can stand in a shorthand such as `tenants(id)` without being misread.
pub(super) fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// A type as people write it: `timestamptz` for `timestamp with time zone`, where that is exactly the same.
pub(super) fn type_name(text: &str) -> String {
    const SHORT: &[(&str, &str, &str)] = &[
        ("timestamp", " with time zone", "timestamptz"),
        ("timestamp", " without time zone", "timestamp"),
        ("time", " with time zone", "timetz"),
        ("time", " without time zone", "time"),
        ("character varying", "", "varchar"),
        ("character", "", "char"),
    ];
    let (base, array) = text.strip_suffix("[]").map_or((text, ""), |base| (base, "[]"));
    let short = SHORT.iter().find_map(|(front, back, short)| {
        let modifier = base.strip_prefix(front)?.strip_suffix(back)?;
        let is_modifier = modifier.is_empty() || (modifier.starts_with('(') && modifier.ends_with(')'));
        let written = format!("{short}{modifier}{array}");
        (is_modifier && types::canonical(&written) == text).then_some(written)
    });
    short.unwrap_or_else(|| text.to_owned())
}

/// A file for each table: safe on every file system, and never two that differ in their case alone. Names that had to
/// be changed carry a part of a hash, so that a name stays the same whatever else there is.
pub(super) fn files<'a>(tables: impl Iterator<Item = &'a Id>, reserved: &[String]) -> BTreeMap<&'a Id, String> {
    let tables: Vec<&Id> = tables.collect();
    let mut count: HashMap<String, usize> = HashMap::new();
    for id in &tables {
        *count.entry(stem(id).to_lowercase()).or_default() += 1;
    }
    let name = |id: &Id| {
        let stem = stem(id);
        let lower = stem.to_lowercase();
        let alone = count.get(&lower).copied().unwrap_or_default() == 1 || lower == stem && is_exact(id);
        let free = !reserved.contains(&lower) && !is_device(&lower);
        if alone && free && is_exact(id) { format!("{stem}.toml") } else { format!("{stem}-{}.toml", hash(id)) }
    };
    tables.iter().map(|id| (*id, name(id))).collect()
}

fn stem(id: &Id) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' };
    let part = |name: &str| name.chars().map(safe).collect::<String>();
    if id.namespace == DEFAULT_NAMESPACE {
        part(&id.name)
    } else {
        format!("{}.{}", part(&id.namespace), part(&id.name))
    }
}

/// Whether the file's name says the table's without loss.
fn is_exact(id: &Id) -> bool {
    let exact = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    exact(&id.namespace) && exact(&id.name)
}

/// Names that Windows keeps for devices, whatever stands behind the dot.
fn is_device(stem: &str) -> bool {
    let first = stem.split('.').next().unwrap_or_default();
    let numbered = |front: &str| first.strip_prefix(front).is_some_and(|rest| rest.len() == 1 && rest != "0");
    matches!(first, "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

fn hash(id: &Id) -> String {
    let sum = Sha256::digest(format!("{}\0{}", id.namespace, id.name));
    sum.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::KindTag;

    #[test]
    fn types_are_written_short_where_that_is_exact() {
        for (long, short) in [
            ("timestamp with time zone", "timestamptz"),
            ("timestamp(3) without time zone[]", "timestamp(3)[]"),
            ("character varying(20)", "varchar(20)"),
            ("character(1)", "char(1)"),
            ("numeric(10,4)", "numeric(10,4)"),
            ("\"char\"", "\"char\""),
            ("character varyingly", "character varyingly"),
        ] {
            assert_eq!(type_name(long), short);
        }
    }

    #[test]
    fn files_are_safe_and_never_the_same() {
        let ids: Vec<Id> = [
            ("public", "users"),
            ("public", "Users"),
            ("public", "Plan"),
            ("public", "a/b"),
            ("public", "a_b"),
            ("public", "billing.x"),
            ("billing", "x"),
            ("public", "con"),
            ("public", "shared"),
            ("public", "../../etc"),
            ("public", "ä"),
            ("public", "ö"),
        ]
        .iter()
        .map(|(namespace, name)| Id::new(KindTag::Table, namespace, name))
        .collect();
        let all = files(ids.iter(), &["shared".to_owned()]);
        let name = |at: usize| all[&ids[at]].as_str();
        assert_eq!((name(0), name(2), name(4), name(6)), ("users.toml", "Plan.toml", "a_b.toml", "billing.x.toml"));
        assert!(name(1).starts_with("Users-") && name(7).starts_with("con-") && name(8).starts_with("shared-"));
        let mut lower: Vec<String> = all.values().map(|name| name.to_lowercase()).collect();
        lower.sort();
        lower.dedup();
        assert_eq!(lower.len(), ids.len());
        let safe = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        assert!(all.values().all(|name| name.chars().all(safe) && !name.starts_with('.')), "{all:?}");
    }

    #[test]
    fn a_name_with_a_dot_stands_in_quotes() {
        assert_eq!(shown("public", "a.b"), "\"a.b\"");
        assert_eq!(shown("x", "a\"b"), "x.a\"b");
        assert_eq!(shown("x.y", "\"b"), "\"x.y\".\"\"\"b\"");
    }
}
