//! `[domain.NAME]` and `[composite.NAME]`.

use super::column::{collation_name, default_value};
use super::names::type_name;
use super::value::{Body, Toml};
use super::write::{flag, push, push_text, sql};
use crate::kind::{Attribute, Composite, Domain};

/// What is said of a domain.
pub(super) fn domain(domain: &Domain) -> Body {
    let Domain { r#type, not_null, default, collation, check } = domain;
    let mut body = vec![("type".to_owned(), Toml::text(type_name(r#type)))];
    flag(&mut body, "not_null", *not_null);
    push(&mut body, "default", default.as_ref().map(|default| default_value(default, r#type)));
    push_text(&mut body, "collation", collation.as_deref().map(collation_name));
    let checks: Body = check.iter().map(|(name, text)| (name.clone(), sql(text))).collect();
    push(&mut body, "check", (!checks.is_empty()).then_some(Toml::Table(checks)));
    body
}

/// What is said of a composite type.
pub(super) fn composite(composite: &Composite) -> Body {
    let Composite { attributes } = composite;
    vec![("attributes".to_owned(), Toml::Table(attributes.iter().map(attribute).collect()))]
}

/// A type alone, or with its collation.
fn attribute(attribute: &Attribute) -> (String, Toml) {
    let Attribute { name, r#type, collation } = attribute;
    let shown = Toml::text(type_name(r#type));
    let value = match collation {
        Some(collation) => Toml::Table(vec![
            ("type".to_owned(), shown),
            ("collation".to_owned(), Toml::text(collation_name(collation))),
        ]),
        None => shown,
    };
    (name.clone(), value)
}
