//! `index.NAME` of a table.

use super::column::collation_name;
use super::value::{Body, Toml};
use super::write::{flag, of_parameters, push, push_sql, push_text, sql};
use crate::kind::{Index, IndexKey, KeyTarget};

/// What is said of an index. That one is the rest of a build that failed cannot be declared.
pub(super) fn body(index: &Index) -> Body {
    let Index { using, unique, nulls_not_distinct, keys, include, r#where, with, only, valid: _, whole: _ } = index;
    let mut body = Body::new();
    push_text(&mut body, "using", (using != "btree").then(|| using.clone()));
    push(&mut body, "on", Some(Toml::List(keys.iter().map(key).collect())));
    flag(&mut body, "unique", *unique);
    push(&mut body, "include", (!include.is_empty()).then(|| Toml::texts(include)));
    flag(&mut body, "nulls_not_distinct", *nulls_not_distinct);
    push_sql(&mut body, "where", r#where.as_ref());
    push(&mut body, "with", of_parameters(with));
    flag(&mut body, "only", *only);
    body
}

/// In which order a key runs. Downwards NULLs come first unless it says otherwise.
pub(super) fn push_order(body: &mut Body, descending: bool, nulls_first: bool) {
    push_text(body, "order", descending.then(|| "desc".to_owned()));
    let nulls = if nulls_first { "first" } else { "last" };
    push_text(body, "nulls", (nulls_first != descending).then(|| nulls.to_owned()));
}

/// A column alone, or a table with what else the key has.
fn key(key: &IndexKey) -> Toml {
    let IndexKey { on, opclass, opclass_parameters, collation, descending, nulls_first } = key;
    let mut body = match on {
        KeyTarget::Column(column) => vec![("column".to_owned(), Toml::text(column))],
        KeyTarget::Expression(expression) => vec![("expression".to_owned(), sql(expression))],
    };
    push_text(&mut body, "collation", collation.as_deref().map(collation_name));
    push_text(&mut body, "opclass", opclass.clone());
    push(&mut body, "opclass_parameters", of_parameters(opclass_parameters));
    push_order(&mut body, *descending, *nulls_first);
    match (on, body.len()) {
        (KeyTarget::Column(column), 1) => Toml::text(column),
        _ => Toml::Table(body),
    }
}
