//! `[domain.NAME]`, `[range.NAME]` and `[composite.NAME]`.

use std::collections::BTreeMap;

use super::builder::Builder;
use super::column::default;
use super::fields::{Fields, Text, expression, text};
use super::report::{Place, Report};
use super::shared::named;
use super::tree::{Field, Value};
use super::{grant, names};
use crate::kind::{Attribute, Composite, Domain, DomainCheck, Granted, KindTag, Known, Range};
use crate::types;

/// Reads all of them.
pub(super) fn all(builder: &mut Builder<'_>, top: &mut Fields<'_>) {
    for (key, field) in named(top, "domain") {
        domain(builder, key, field);
    }
    for (key, field) in named(top, "range") {
        range(builder, key, field);
    }
    for (key, field) in named(top, "composite") {
        composite(builder, key, field);
    }
}

fn domain(builder: &mut Builder<'_>, key: &str, field: &Field) {
    let report = builder.report;
    let Some(mut fields) = Fields::of(report, &field.node, &field.key_at) else { return };
    let said = fields.required("type", &format!("domain `{key}`")).and_then(|node| text(report, node));
    let r#type = said.map(|said| builder.type_name(&said)).unwrap_or_default();
    let default = fields.take("default").and_then(|node| default(report, node));
    let mut texts: Vec<Text> = Vec::new();
    texts.extend(default.iter().map(|(text, at)| Text { text: text.as_str().to_owned(), at: at.clone() }));
    let mut check = BTreeMap::new();
    for (name, field) in named(&mut fields, "check") {
        if let (true, Some((one, at))) =
            (names::is_name(report, name, &field.key_at), domain_check(report, name, field))
        {
            texts.push(Text { text: one.expression.as_str().to_owned(), at });
            check.insert(name.to_owned(), one);
        }
    }
    let collation = fields.text("collation").filter(|said| said.text != "default");
    let domain = Domain {
        r#type,
        not_null: fields.flag("not_null"),
        default: default.map(|(default, _)| default),
        collation: collation.map(|said| names::collation(&said)),
        check,
        anew: Known::default(),
    };
    let comment = fields.comment();
    let renamed_from = fields.text("renamed_from");
    let grants = grant::read(&mut fields, Granted::Type);
    fields.finish();
    let Some(id) = names::id(report, KindTag::Domain, key, field) else { return };
    builder.note(&id, texts);
    builder.add(&id, domain, comment, &field.key_at);
    grants.add(builder, &id);
    builder.renamed(&id, renamed_from);
}

/// An expression, or a table with `expression` and more.
fn domain_check(report: &Report, name: &str, field: &Field) -> Option<(DomainCheck, Place)> {
    let Value::Table(_) = field.node.value else {
        let (expression, at) = expression(report, &field.node)?;
        return Some((DomainCheck { expression, not_valid: false, comment: None }, at));
    };
    let mut fields = Fields::of(report, &field.node, &field.key_at)?;
    let said = fields.required("expression", &format!("check `{name}`")).and_then(|node| expression(report, node));
    let (not_valid, comment) = (fields.flag("not_valid"), fields.comment());
    fields.finish();
    let (expression, at) = said?;
    Some((DomainCheck { expression, not_valid, comment }, at))
}

fn range(builder: &mut Builder<'_>, key: &str, field: &Field) {
    let report = builder.report;
    let Some(mut fields) = Fields::of(report, &field.node, &field.key_at) else { return };
    let Some(id) = names::id(report, KindTag::Range, key, field) else { return };
    let said = fields.required("subtype", &format!("range type `{key}`")).and_then(|node| text(report, node));
    let collation = fields.text("collation").filter(|said| said.text != "default");
    let multirange = fields.text("multirange_type_name");
    let multirange = multirange.filter(|said| names::is_name(report, &said.text, &said.at)).map(|said| said.text);
    let range = Range {
        subtype: said.map(|said| types::without_modifier(&builder.type_name(&said))).unwrap_or_default(),
        subtype_opclass: fields.text("subtype_opclass").and_then(|said| names::operator_class(report, &said)),
        collation: collation.map(|said| names::collation(&said)),
        subtype_diff: fields.text("subtype_diff").map(|said| names::function(&said.text)),
        multirange: multirange.unwrap_or_else(|| Range::multirange_of(&id.name)),
        anew: Known::default(),
    };
    let comment = fields.comment();
    let renamed_from = fields.text("renamed_from");
    let grants = grant::read(&mut fields, Granted::Type);
    fields.finish();
    builder.add(&id, range, comment, &field.key_at);
    grants.add(builder, &id);
    builder.renamed(&id, renamed_from);
}

fn composite(builder: &mut Builder<'_>, key: &str, field: &Field) {
    let report = builder.report;
    let Some(mut fields) = Fields::of(report, &field.node, &field.key_at) else { return };
    fields.required("attributes", &format!("composite type `{key}`"));
    let parts = named(&mut fields, "attributes");
    let parts: Vec<_> = parts.into_iter().filter_map(|(name, field)| attribute(builder, name, field)).collect();
    let renamed = parts.iter().filter_map(|(one, old)| Some((old.clone()?, one.name.clone())));
    let renamed: Vec<(String, String)> = renamed.collect();
    let attributes = parts.into_iter().map(|(one, _)| one).collect();
    let comment = fields.comment();
    let renamed_from = fields.text("renamed_from");
    let grants = grant::read(&mut fields, Granted::Type);
    fields.finish();
    let Some(id) = names::id(report, KindTag::Composite, key, field) else { return };
    if !renamed.is_empty() {
        builder.schema.renamed_values.insert(id.clone(), renamed);
    }
    builder.add(&id, Composite { attributes, ..Composite::default() }, comment, &field.key_at);
    grants.add(builder, &id);
    builder.renamed(&id, renamed_from);
}

/// A type, or a table with it and more; with its former name, if it has one.
fn attribute(builder: &mut Builder<'_>, name: &str, field: &Field) -> Option<(Attribute, Option<String>)> {
    let report = builder.report;
    names::is_name(report, name, &field.key_at).then_some(())?;
    let plain = |r#type| Attribute { name: name.to_owned(), r#type, collation: None, comment: None };
    let Value::Table(_) = field.node.value else {
        let said = text(report, &field.node)?;
        return Some((plain(builder.type_name(&said)), None));
    };
    let mut fields = Fields::of(report, &field.node, &field.key_at)?;
    let said = fields.required("type", &format!("attribute `{name}`")).and_then(|node| text(report, node));
    let collation = fields.text("collation").filter(|said| said.text != "default");
    let comment = fields.comment();
    let old = fields.text("renamed_from").map(|old| old.text);
    fields.finish();
    let collation = collation.map(|said| names::collation(&said));
    Some((Attribute { collation, comment, ..plain(builder.type_name(&said?)) }, old))
}
