//! Constraints under names of their own.

use super::column::{actions, deferrable, reference};
use super::value::{Body, Toml};
use super::write::{flag, of_parameters, push, push_text, sql};
use crate::kind::{Check, ForeignKey, PrimaryKey, Unique};

/// `primary_key` of a table; `name` where PostgreSQL would give it another one.
pub(super) fn primary_key(key: &PrimaryKey, name: Option<&str>) -> Body {
    let PrimaryKey { columns, include, without_overlaps, with, deferral, index_comment, only, whole: _ } = key;
    let mut body = Body::new();
    push(&mut body, "name", name.map(Toml::text));
    push(&mut body, "columns", Some(Toml::texts(columns)));
    push(&mut body, "include", (!include.is_empty()).then(|| Toml::texts(include)));
    flag(&mut body, "without_overlaps", *without_overlaps);
    push(&mut body, "with", of_parameters(with));
    push(&mut body, "deferrable", deferrable(*deferral));
    push_text(&mut body, "index_comment", index_comment.clone());
    flag(&mut body, "only", *only);
    body
}

/// `unique.NAME`.
pub(super) fn unique(unique: &Unique) -> Body {
    let Unique {
        columns,
        include,
        nulls_not_distinct,
        without_overlaps,
        with,
        deferral,
        index_comment,
        only,
        whole: _,
    } = unique;
    let mut body = vec![("columns".to_owned(), Toml::texts(columns))];
    push(&mut body, "include", (!include.is_empty()).then(|| Toml::texts(include)));
    flag(&mut body, "nulls_not_distinct", *nulls_not_distinct);
    flag(&mut body, "without_overlaps", *without_overlaps);
    push(&mut body, "with", of_parameters(with));
    push(&mut body, "deferrable", deferrable(*deferral));
    push_text(&mut body, "index_comment", index_comment.clone());
    flag(&mut body, "only", *only);
    body
}

/// `check.NAME`.
pub(super) fn check(check: &Check) -> Body {
    let Check { expression, no_inherit, validated, enforced } = check;
    let mut body = vec![("expression".to_owned(), sql(expression))];
    flag(&mut body, "no_inherit", *no_inherit);
    flag(&mut body, "not_valid", *enforced && !validated);
    flag(&mut body, "not_enforced", !enforced);
    body
}

/// `foreign_key.NAME`.
pub(super) fn foreign_key(key: &ForeignKey) -> Body {
    let mut body = vec![("columns".to_owned(), Toml::texts(&key.columns)), ("references".to_owned(), reference(key))];
    body.extend(actions(key));
    let some = !key.on_delete_columns.is_empty();
    push(&mut body, "on_delete_columns", some.then(|| Toml::texts(&key.on_delete_columns)));
    flag(&mut body, "period", key.period);
    flag(&mut body, "not_valid", key.enforced && !key.validated);
    flag(&mut body, "not_enforced", !key.enforced);
    body
}
