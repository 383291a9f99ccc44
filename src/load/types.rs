//! `[domain.NAME]` and `[composite.NAME]`.

use std::collections::BTreeMap;

use super::builder::Builder;
use super::column::default;
use super::fields::{Fields, Text, expression, text};
use super::shared::named;
use super::tree::{Field, Value};
use super::{grant, names};
use crate::kind::{Attribute, Composite, Domain, Granted, KindTag};

/// Reads both.
pub(super) fn all(builder: &mut Builder<'_>, top: &mut Fields<'_>) {
    for (key, field) in named(top, "domain") {
        domain(builder, key, field);
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
        if let (true, Some((text, at))) = (names::is_name(report, name, &field.key_at), expression(report, &field.node))
        {
            texts.push(Text { text: text.as_str().to_owned(), at });
            check.insert(name.to_owned(), text);
        }
    }
    let collation = fields.text("collation").filter(|said| said.text != "default");
    let domain = Domain {
        r#type,
        not_null: fields.flag("not_null"),
        default: default.map(|(default, _)| default),
        collation: collation.map(|said| names::collation(&said)),
        check,
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

fn composite(builder: &mut Builder<'_>, key: &str, field: &Field) {
    let report = builder.report;
    let Some(mut fields) = Fields::of(report, &field.node, &field.key_at) else { return };
    fields.required("attributes", &format!("composite type `{key}`"));
    let parts = named(&mut fields, "attributes");
    let attributes = parts.into_iter().filter_map(|(name, field)| attribute(builder, name, field)).collect();
    let comment = fields.comment();
    let renamed_from = fields.text("renamed_from");
    let grants = grant::read(&mut fields, Granted::Type);
    fields.finish();
    let Some(id) = names::id(report, KindTag::Composite, key, field) else { return };
    builder.add(&id, Composite { attributes }, comment, &field.key_at);
    grants.add(builder, &id);
    builder.renamed(&id, renamed_from);
}

/// A type, or a table with it and the collation.
fn attribute(builder: &mut Builder<'_>, name: &str, field: &Field) -> Option<Attribute> {
    let report = builder.report;
    names::is_name(report, name, &field.key_at).then_some(())?;
    let (said, collation) = if let Value::Table(_) = field.node.value {
        let mut fields = Fields::of(report, &field.node, &field.key_at)?;
        let said = fields.required("type", &format!("attribute `{name}`")).and_then(|node| text(report, node));
        let collation = fields.text("collation").filter(|said| said.text != "default");
        fields.finish();
        (said, collation)
    } else {
        (text(report, &field.node), None)
    };
    let r#type = builder.type_name(&said?);
    Some(Attribute { name: name.to_owned(), r#type, collation: collation.map(|said| names::collation(&said)) })
}
