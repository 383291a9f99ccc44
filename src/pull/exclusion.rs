//! `exclude.NAME` of a table.

use super::column::deferrable;
use super::index::push_order;
use super::value::{Body, Toml};
use super::write::{of_parameters, push, push_sql, push_text, sql};
use crate::kind::Exclusion;
use crate::kind::exclusion_parts::{Key, On, Parts, parts};

/// What is said of an exclusion constraint; nothing where it holds what cannot be said.
pub(super) fn body(exclusion: &Exclusion) -> Option<Body> {
    let Parts { using, keys, include, with, predicate, deferral } = parts(exclusion.definition.as_str())?;
    let mut body = Body::new();
    push_text(&mut body, "using", (using != "gist").then_some(using));
    push(&mut body, "on", Some(Toml::List(keys.iter().map(key).collect())));
    push(&mut body, "include", (!include.is_empty()).then(|| Toml::texts(&include)));
    push_sql(&mut body, "where", predicate.as_ref());
    push(&mut body, "with", of_parameters(&with));
    push(&mut body, "deferrable", deferrable(deferral));
    push_text(&mut body, "index_comment", exclusion.index_comment.clone());
    Some(body)
}

fn key(key: &Key) -> Toml {
    let Key { on, collation, opclass, opclass_parameters, descending, nulls_first, operator } = key;
    let mut body = match on {
        On::Column(column) => vec![("column".to_owned(), Toml::text(column))],
        On::Expression(expression) => vec![("expression".to_owned(), sql(expression))],
    };
    push_text(&mut body, "collation", (!collation.is_empty()).then(|| collation.join(".")));
    push_text(&mut body, "opclass", opclass.clone());
    push(&mut body, "opclass_parameters", of_parameters(opclass_parameters));
    push_order(&mut body, *descending, *nulls_first);
    push_text(&mut body, "with", Some(operator.clone()));
    Toml::Table(body)
}
