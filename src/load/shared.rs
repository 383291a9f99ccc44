//! `[extension.NAME]`, `[schema.NAME]` and `[enum.NAME]`.

use super::builder::Builder;
use super::fields::{Fields, Text, text};
use super::naming::LONGEST;
use super::report::{Place, Report};
use super::tree::{Field, Node, Value};
use super::{grant, names};
use crate::kind::{Enum, Extension, Granted, KindTag, Namespace};
use crate::schema::{DEFAULT_NAMESPACE, Id};

/// The entries of a table of named things, such as `[enum]`.
pub(super) fn named<'a>(fields: &mut Fields<'a>, section: &'static str) -> Vec<(&'a str, &'a Field)> {
    let report = fields.report;
    let Some(field) = fields.field(section) else { return Vec::new() };
    match &field.node.value {
        Value::Table(entries) => entries.iter().map(|(name, field)| (name.as_str(), field)).collect(),
        other => {
            report.say(&field.node.at, format!("expected a table of names, found {}", other.word()));
            Vec::new()
        }
    }
}

/// Reads `[extension.NAME]`.
pub(super) fn extensions(builder: &mut Builder<'_>, top: &mut Fields<'_>) {
    for (name, field) in named(top, "extension") {
        let Some(mut fields) = Fields::of(builder.report, &field.node, &field.key_at) else { continue };
        let version = fields.text("version").filter(|version| {
            let can_be = Extension::can_be_asked_for(&version.text);
            if !can_be {
                let message = format!("`{}` is no version of an extension", version.text);
                let hint = "a version, as in `0.8.0`, or conditions, as in `>=0.7, <1`; without it any will do";
                builder.report.hint(&version.at, message, hint);
            }
            can_be
        });
        let version = version.map(|version| version.text);
        let schema = fields.text("schema");
        fields.finish();
        let system = |schema: &Text| schema.text == "pg_catalog" || schema.text == DEFAULT_NAMESPACE;
        if let Some(schema) = schema.as_ref().filter(|schema| !system(schema))
            && names::is_namespace(builder.report, &schema.text, &schema.at)
        {
            builder.namespace(&schema.text, &schema.at);
        }
        let schema = schema.map(|schema| schema.text);
        if name == "plpgsql" {
            if version.is_some() || schema.is_some() {
                let message =
                    "every database has `plpgsql`, as its server brings it: its version and schema are not managed";
                builder.report.say(&field.key_at, message);
            }
        } else if names::is_name(builder.report, name, &field.key_at) {
            let id = Id::new(KindTag::Extension, "", name);
            builder.add(&id, Extension { version, schema, ..Extension::default() }, None, &field.key_at);
        }
    }
}

/// Reads `[schema.NAME]`.
pub(super) fn namespaces(builder: &mut Builder<'_>, top: &mut Fields<'_>) {
    for (name, field) in named(top, "schema") {
        let Some(mut fields) = Fields::of(builder.report, &field.node, &field.key_at) else { continue };
        let comment = fields.comment();
        let renamed_from = fields.text("renamed_from");
        let owner = fields.text("owner").filter(|owner| names::is_name(builder.report, &owner.text, &owner.at));
        let grants = grant::read_of_namespace(&mut fields, name);
        fields.finish();
        if name == DEFAULT_NAMESPACE || names::is_namespace(builder.report, name, &field.key_at) {
            let id = Id::new(KindTag::Namespace, "", name);
            builder.note(&id, owner.clone());
            builder.add(&id, Namespace { owner: owner.map(|owner| owner.text) }, comment, &field.key_at);
            grants.add(builder, &id);
            builder.renamed(&id, renamed_from);
        }
    }
}

/// Reads `[enum.NAME]`.
pub(super) fn enums(builder: &mut Builder<'_>, top: &mut Fields<'_>) {
    for (key, field) in named(top, "enum") {
        let Some(mut fields) = Fields::of(builder.report, &field.node, &field.key_at) else { continue };
        let values = fields.required("values", &format!("enum `{key}`"));
        let values = values.map(|node| values_of(builder.report, node)).unwrap_or_default();
        let comment = fields.comment();
        let renamed_from = fields.text("renamed_from");
        let grants = grant::read(&mut fields, Granted::Type);
        fields.finish();
        let Some(id) = names::id(builder.report, KindTag::Enum, key, field) else { continue };
        complain_about_values(builder.report, &values);
        let renamed = values.iter().filter_map(|(value, old)| Some((old.clone()?, value.text.clone())));
        let renamed: Vec<(String, String)> = renamed.collect();
        if !renamed.is_empty() {
            builder.schema.renamed_values.insert(id.clone(), renamed);
        }
        builder.note(&id, values.iter().map(|(value, _)| value.clone()));
        let values = values.into_iter().map(|(value, _)| value.text).collect();
        builder.add(&id, Enum::of(values), comment, &field.key_at);
        grants.add(builder, &id);
        builder.renamed(&id, renamed_from);
    }
}

/// The values of an enum, each with its former name, if it has one.
fn values_of(report: &Report, node: &Node) -> Vec<(Text, Option<String>)> {
    let Value::Array(items) = &node.value else {
        report.say(&node.at, format!("expected an array, found {}", node.value.word()));
        return Vec::new();
    };
    items.iter().filter_map(|item| value(report, item)).collect()
}

fn value(report: &Report, item: &Node) -> Option<(Text, Option<String>)> {
    if !matches!(item.value, Value::Table(_)) {
        return Some((text(report, item)?, None));
    }
    let mut fields = Fields::of(report, item, &item.at)?;
    let name = fields.required("name", "the value").and_then(|node| text(report, node));
    let renamed_from = fields.text("renamed_from").map(|old| old.text);
    fields.finish();
    Some((name?, renamed_from))
}

fn complain_about_values(report: &Report, values: &[(Text, Option<String>)]) {
    for (at, (value, _)) in values.iter().enumerate() {
        let before: Option<&Place> = values[..at].iter().find(|(b, _)| b.text == value.text).map(|(b, _)| &b.at);
        if let Some(before) = before {
            report.both(&value.at, format!("the value `{}` is there twice", value.text), before, "it is here too");
        }
        if value.text.len() > LONGEST {
            report.say(&value.at, format!("a value of an enum has at most {LONGEST} bytes"));
        }
    }
}
