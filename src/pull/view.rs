//! `[view.NAME]` and `[materialized_view.NAME]`.

use super::value::{Body, Toml};
use super::write::{of_parameters, push, push_text};
use crate::kind::View;
use crate::schema::{DEFAULT_NAMESPACE, Id};
use crate::sql::quote_ident;

/// The section that a view stands in.
pub(super) fn section(view: &View) -> &'static str {
    if view.materialized.is_some() { "materialized_view" } else { "view" }
}

/// What is said of a view; the query comes last, as it is long.
pub(super) fn body(view: &View) -> Body {
    let View { query, columns, materialized, with, column_comments, shape: _ } = view;
    let mut body = Body::new();
    push(&mut body, "columns", (!columns.is_empty()).then(|| Toml::texts(columns)));
    let empty = materialized.is_some_and(|materialized| !materialized.with_data);
    push(&mut body, "with_data", empty.then_some(Toml::Flag(false)));
    push(&mut body, "with", of_parameters(with));
    let comments: Body = column_comments.iter().map(|(name, text)| (name.clone(), Toml::text(text))).collect();
    push(&mut body, "column_comments", (!comments.is_empty()).then_some(Toml::Table(comments)));
    push_text(&mut body, "query", Some(query.trimmed().to_owned()));
    body
}

/// A function as a trigger names it: its namespace only where it is not the default.
pub(super) fn called(namespace: &str, function: &str) -> String {
    let id = Id { namespace: namespace.to_owned(), ..Id::new(crate::kind::KindTag::Function, "", function) };
    if namespace == DEFAULT_NAMESPACE { quote_ident(function) } else { id.sql() }
}
