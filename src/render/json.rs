//! A comparison for a program.

use serde::Serialize;

use crate::compare::Comparison;
use crate::diff::{Change, Property, properties};
use crate::kind::Object;
use crate::plan::Step;

#[derive(Serialize)]
struct Document<'a> {
    same: bool,
    changes: Vec<Line<'a>>,
    statements: Vec<&'a Step>,
    unmanaged: std::collections::BTreeMap<String, i64>,
}

#[derive(Serialize)]
struct Line<'a> {
    action: &'static str,
    kind: &'static str,
    namespace: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    table: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<String>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    renamed_to: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    properties: Vec<Property>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<&'a Object>,
}

/// The comparison as one JSON document.
///
/// # Errors
/// Never for a comparison; the serializer's signature asks for it.
pub fn json(comparison: &Comparison) -> anyhow::Result<String> {
    let document = Document {
        same: comparison.is_same(),
        changes: comparison.renames.iter().chain(&comparison.changes).map(|change| line(change, comparison)).collect(),
        statements: comparison.plan.steps().collect(),
        unmanaged: crate::inspect::counts(&comparison.unmanaged),
    };
    Ok(serde_json::to_string_pretty(&document)?)
}

fn line<'a>(change: &'a Change, comparison: &'a Comparison) -> Line<'a> {
    let (action, id, renamed_to) = match change {
        Change::Create(id) => ("create", id, None),
        Change::Drop(id) => ("drop", id, None),
        Change::Alter(id) => ("alter", id, None),
        Change::Rename { from, to } => ("rename", from, Some(to.name.as_str())),
        Change::RenameValue { id, .. } => ("rename_value", id, None),
    };
    let (before, after) = (comparison.current.get(id), comparison.desired.get(id));
    let mut changed = Vec::new();
    if let Change::RenameValue { from, to, .. } = change {
        changed.push(Property { name: "value".into(), from: from.as_str().into(), to: to.as_str().into() });
    }
    if let (Change::Alter(_), Some(before), Some(after)) = (change, before, after) {
        changed = properties(&before.object, &after.object);
        if before.comment != after.comment {
            let value = |comment: &Option<String>| comment.clone().into();
            changed.push(Property { name: "comment".into(), from: value(&before.comment), to: value(&after.comment) });
        }
    }
    Line {
        action,
        kind: id.kind.word(),
        namespace: &id.namespace,
        table: if id.group().is_some() { "" } else { &id.owner },
        on: id.subject().map(|on| on.to_string()).or_else(|| id.group().map(|group| group.owner)),
        name: &id.name,
        renamed_to,
        properties: changed,
        object: matches!(change, Change::Create(_)).then(|| comparison.desired.object(id)).flatten(),
    }
}
