//! Names as the TOML writes them.

use std::borrow::Cow;

use super::fields::Text;
use super::naming::LONGEST;
use super::report::{Place, Report};
use super::tree::Field;
use crate::kind::KindTag;
use crate::schema::{DEFAULT_NAMESPACE, Id};
use crate::sql::{self, TokenKind};

/// The namespace and the name of `name` or `namespace.name`; `None` for more dots. A part may stand in SQL's double
/// quotes, as one with a dot in it has to.
pub(crate) fn split(key: &str) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    let (first, rest) = part(key)?;
    let Some(rest) = rest else { return Some((DEFAULT_NAMESPACE.into(), first)) };
    match part(rest)? {
        (name, None) => Some((first, name)),
        _ => None,
    }
}

/// All parts of a name with dots between them.
pub(crate) fn parts(key: &str) -> Option<Vec<Cow<'_, str>>> {
    let (mut all, mut rest) = (Vec::new(), Some(key));
    while let Some(text) = rest {
        let (first, behind) = part(text)?;
        all.push(first);
        rest = behind;
    }
    Some(all)
}

/// The first part of a name, and what stands behind the dot.
fn part(key: &str) -> Option<(Cow<'_, str>, Option<&str>)> {
    // What stands behind is a name, whatever it looks like to SQL: `"a.b".$$`.
    let quoted = sql::first_token(key).filter(|token| token.kind == TokenKind::QuotedName && key.starts_with('"'));
    let Some(quoted) = quoted else {
        return Some(key.split_once('.').map_or((key.into(), None), |(first, rest)| (first.into(), Some(rest))));
    };
    let name = sql::name_of(&quoted)?;
    match &key[quoted.text.len()..] {
        "" => Some((name, None)),
        rest => Some((name, Some(rest.strip_prefix('.')?))),
    }
}

/// The id of what stands under a key of the tree, in a namespace.
pub(crate) fn id(report: &Report, kind: KindTag, key: &str, field: &Field) -> Option<Id> {
    let Some((namespace, name)) = split(key) else {
        let hint =
            "a name is `name` or `namespace.name`; one with a dot in it stands in quotes of its own: `'\"a.b\"'`";
        report.hint(&field.key_at, format!("`{key}` has more than one dot"), hint);
        return None;
    };
    let namespace_ok = namespace == DEFAULT_NAMESPACE || is_namespace(report, &namespace, &field.key_at);
    (namespace_ok && is_name(report, &name, &field.key_at)).then(|| Id::new(kind, &namespace, &name))
}

/// Says whether PostgreSQL keeps a name as it is; complains where it does not.
pub(crate) fn is_name(report: &Report, name: &str, at: &Place) -> bool {
    if name.is_empty() {
        report.say(at, "a name cannot be empty");
    } else if name.len() > LONGEST {
        report.say(at, format!("`{name}` has {} bytes, PostgreSQL keeps only {LONGEST} of a name", name.len()));
    } else if name.contains('\0') {
        report.say(at, "a name cannot hold a NUL character");
    } else {
        return true;
    }
    false
}

/// Says whether there can be a namespace of this name; complains where there cannot.
pub(crate) fn is_namespace(report: &Report, name: &str, at: &Place) -> bool {
    if name.starts_with("pg_") || name == "information_schema" {
        report.say(at, format!("the schema `{name}` is PostgreSQL's own"));
        return false;
    }
    is_name(report, name, at)
}

/// What `tenants`, `tenants(id)` or `billing.tenants(a, b)` refers to: the table, and the columns if it names any.
pub(crate) fn reference(report: &Report, said: &Text) -> Option<(Id, Vec<String>)> {
    let text = said.text.trim();
    let (table, columns) = match text.split_once('(') {
        Some((table, rest)) => (table.trim(), rest.strip_suffix(')')),
        None => (text, Some("")),
    };
    let unquoted = |name: &str| name.trim().trim_matches('"').to_owned();
    let named: Vec<String> = columns.unwrap_or_default().split(',').map(unquoted).collect();
    let columns = if text.contains('(') { named } else { Vec::new() };
    let whole = !text.contains('(') || (text.ends_with(')') && columns.iter().all(|name| !name.is_empty()));
    match split(table) {
        Some((namespace, name)) if whole && !name.is_empty() => {
            Some((Id::new(KindTag::Table, &unquoted(&namespace), &unquoted(&name)), columns))
        }
        _ => {
            let hint = "write `table`, `table(column)` or `namespace.table(column, column)`";
            report.hint(&said.at, format!("`{}` does not name a table", said.text), hint);
            None
        }
    }
}

/// An operator class: bare as it is, or in its namespace.
pub(crate) fn operator_class(report: &Report, said: &Text) -> Option<String> {
    if said.text.contains('(') {
        let hint = "write `opclass_parameters = { siglen = 100 }` beside it";
        report.hint(&said.at, "parameters of an operator class have a key of their own", hint);
        return None;
    }
    Some(dotted(&said.text))
}

/// A function as the catalog names it: PostgreSQL's own, and those of the default namespace, by their names alone.
pub(crate) fn function(said: &str) -> String {
    let name = said.trim();
    let parts: Vec<String> = parts(name).unwrap_or_default().iter().map(|part| sql::quote_ident(part)).collect();
    match parts.as_slice() {
        [namespace, function] if matches!(namespace.as_str(), DEFAULT_NAMESPACE | "pg_catalog") => function.clone(),
        [] => name.to_owned(),
        _ => parts.join("."),
    }
}

/// A collation as the catalog shows it: quoted, in its namespace. PostgreSQL's own need not say theirs.
pub(crate) fn collation(said: &Text) -> String {
    collation_of(&said.text)
}

/// The same for a text alone.
pub(crate) fn collation_of(said: &str) -> String {
    let name = said.trim();
    if is_built_in(name) {
        sql::qualified("pg_catalog", name)
    } else if name.contains('.') {
        dotted(name)
    } else {
        sql::qualified(DEFAULT_NAMESPACE, name)
    }
}

fn dotted(name: &str) -> String {
    name.split('.').map(|part| sql::quote_ident(part.trim().trim_matches('"'))).collect::<Vec<_>>().join(".")
}

/// Collations that `initdb` makes: the fixed ones, ICU's, and the operating system's such as `de_DE.utf8`.
fn is_built_in(name: &str) -> bool {
    const FIXED: &[&str] = &["C", "POSIX", "default", "ucs_basic", "unicode", "pg_c_utf8", "pg_unicode_fast"];
    let language = name.find('_').unwrap_or(0);
    let region = name.get(language + 1..).unwrap_or_default();
    let of_system = (2..=3).contains(&language)
        && name[..language].bytes().all(|b| b.is_ascii_lowercase())
        && region.bytes().take_while(u8::is_ascii_uppercase).count() == 2;
    FIXED.contains(&name) || name.ends_with("-x-icu") || of_system
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collations_are_shown_in_their_namespace() {
        let shown = |text: &str| collation(&Text { text: text.to_owned(), at: Place { file: 0, span: 0..0 } });
        assert_eq!(shown("C"), "pg_catalog.\"C\"");
        assert_eq!(shown("en-x-icu"), "pg_catalog.\"en-x-icu\"");
        assert_eq!(shown("de_DE.utf8"), "pg_catalog.\"de_DE.utf8\"");
        assert_eq!(shown("ignore_case"), "public.ignore_case");
        assert_eq!(shown("billing.Sorted"), "billing.\"Sorted\"");
        assert_eq!(shown("ß"), "public.\"ß\"");
    }

    #[test]
    fn references_name_a_table_and_perhaps_columns() {
        let report = Report::default();
        let read = |text: &str| reference(&report, &Text { text: text.to_owned(), at: Place { file: 0, span: 0..0 } });
        let table = |namespace, name| Id::new(KindTag::Table, namespace, name);
        assert_eq!(read("tenants"), Some((table("public", "tenants"), vec![])));
        assert_eq!(read("b.t ( a, b )"), Some((table("b", "t"), vec!["a".to_owned(), "b".to_owned()])));
        for wrong in ["", "t(", "t()", "t(a", "t(a,)", "a.b.c", "t(a) x", "(a)"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
