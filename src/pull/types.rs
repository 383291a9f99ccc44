//! `[domain.NAME]`, `[range.NAME]` and `[composite.NAME]`.

use super::column::{collation_name, default_value};
use super::names::type_name;
use super::value::{Body, Toml};
use super::write::{flag, push, push_text, sql};
use crate::kind::{Attribute, Composite, Domain, DomainCheck, Range};
use crate::schema::Id;

/// What is said of a domain.
pub(super) fn domain(domain: &Domain) -> Body {
    let Domain { r#type, not_null, default, collation, check, anew: _ } = domain;
    let mut body = vec![("type".to_owned(), Toml::text(type_name(r#type)))];
    flag(&mut body, "not_null", *not_null);
    push(&mut body, "default", default.as_ref().map(|default| default_value(default, r#type)));
    push_text(&mut body, "collation", collation.as_deref().map(collation_name));
    let checks: Body = check.iter().map(|(name, check)| (name.clone(), domain_check(check))).collect();
    push(&mut body, "check", (!checks.is_empty()).then_some(Toml::Table(checks)));
    body
}

/// An expression alone, or with what else there is to say.
fn domain_check(check: &DomainCheck) -> Toml {
    let DomainCheck { expression, not_valid, comment } = check;
    let mut body = vec![("expression".to_owned(), sql(expression))];
    flag(&mut body, "not_valid", *not_valid);
    push_text(&mut body, "comment", comment.clone());
    if body.len() == 1 { sql(expression) } else { Toml::Table(body) }
}

/// What is said of a range type.
pub(super) fn range(id: &Id, range: &Range) -> Body {
    let Range { subtype, subtype_opclass, collation, subtype_diff, multirange, anew: _ } = range;
    let mut body = vec![("subtype".to_owned(), Toml::text(type_name(subtype)))];
    push_text(&mut body, "subtype_opclass", subtype_opclass.clone());
    push_text(&mut body, "collation", collation.as_deref().map(collation_name));
    push_text(&mut body, "subtype_diff", subtype_diff.clone());
    let named = *multirange != Range::multirange_of(&id.name);
    push_text(&mut body, "multirange_type_name", named.then(|| multirange.clone()));
    body
}

/// What is said of a composite type.
pub(super) fn composite(composite: &Composite) -> Body {
    let Composite { attributes, anew: _ } = composite;
    vec![("attributes".to_owned(), Toml::Table(attributes.iter().map(attribute).collect()))]
}

/// A type alone, or with what else there is to say.
fn attribute(attribute: &Attribute) -> (String, Toml) {
    let Attribute { name, r#type, collation, comment } = attribute;
    let mut body = vec![("type".to_owned(), Toml::text(type_name(r#type)))];
    push_text(&mut body, "collation", collation.as_deref().map(collation_name));
    push_text(&mut body, "comment", comment.clone());
    let value = if body.len() == 1 { Toml::text(type_name(r#type)) } else { Toml::Table(body) };
    (name.clone(), value)
}
