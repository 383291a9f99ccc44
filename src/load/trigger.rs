//! `trigger.NAME` of a table or view.

use super::builder::Builder;
use super::constraint::{deferral, names_of};
use super::fields::{Fields, Text, text, word};
use super::names;
use super::tree::{Field, Node, Value};
use crate::kind::{Deferral, Enabled, Event, KindTag, Timing, Trigger};
use crate::schema::{DEFAULT_NAMESPACE, Id};
use crate::sql;

const TIMINGS: &[(&str, Timing)] =
    &[("before", Timing::Before), ("after", Timing::After), ("instead of", Timing::InsteadOf)];

const EVENTS: &[(&str, Event)] =
    &[("insert", Event::Insert), ("update", Event::Update), ("delete", Event::Delete), ("truncate", Event::Truncate)];

const ENABLED: &[(&str, Enabled)] =
    &[("on", Enabled::On), ("off", Enabled::Off), ("always", Enabled::Always), ("replica", Enabled::Replica)];

/// Reads one trigger.
pub(super) fn one(builder: &mut Builder<'_>, table: &Id, name: &str, field: &Field) {
    let report = builder.report;
    let whose = format!("trigger `{name}`");
    let Some(mut fields) = Fields::of(report, &field.node, &field.key_at) else { return };
    let timing = fields.required("timing", &whose).and_then(|node| text(report, node));
    let timing = timing.and_then(|said| word(report, &said, TIMINGS)).unwrap_or_default();
    let events = fields.required("events", &whose).map(|node| events(&fields, node)).unwrap_or_default();
    let columns = fields.texts("columns");
    let when = fields.expression("when");
    let called = fields.required("function", &whose).and_then(|node| text(report, node));
    let (function_namespace, function) = called.as_ref().map(function).unwrap_or_default();
    let trigger = Trigger {
        timing,
        columns: names_of(&columns),
        for_each_row: fields.word("for_each", &[("row", true), ("statement", false)]).unwrap_or_default(),
        when: when.as_ref().map(|(when, _)| when.clone()),
        function_namespace,
        function,
        arguments: fields.scalars("arguments"),
        old_table: fields.text("old_table").map(|name| name.text),
        new_table: fields.text("new_table").map(|name| name.text),
        constraint: constraint(&mut fields),
        from: fields.text("from").and_then(|said| names::reference(report, &said)).map(|(table, _)| table.sql()),
        enabled: enabled(&mut fields),
        events,
    };
    if let (None, Some(field)) = (trigger.constraint, fields.field("from")) {
        report.hint(&field.key_at, "only a constraint trigger has another table", "add `constraint = true`");
    }
    if let (Some(column), false) = (columns.first(), trigger.events.contains(&Event::Update)) {
        report.say(&column.at, "`columns` goes with the event `update`");
    }
    let comment = fields.comment();
    let renamed_from = fields.text("renamed_from");
    fields.finish();
    if !names::is_name(report, name, &field.key_at) {
        return;
    }
    let id = Id::of(KindTag::Trigger, table, name);
    builder.note(&id, columns);
    builder.note(&id, when.map(|(when, at)| Text { text: when.as_str().to_owned(), at }));
    builder.note(&id, called.map(|said| Text { text: trigger.function.clone(), at: said.at }));
    builder.add(&id, trigger, comment, &field.key_at);
    builder.renamed(&id, renamed_from);
}

/// The events, in PostgreSQL's order.
fn events(fields: &Fields<'_>, node: &Node) -> Vec<Event> {
    let report = fields.report;
    let said = match node.value {
        Value::Array(_) => super::fields::texts(report, node),
        _ => text(report, node).into_iter().collect(),
    };
    let mut events: Vec<Event> = said.iter().filter_map(|said| word(report, said, EVENTS)).collect();
    if said.is_empty() {
        report.say(&node.at, "a trigger needs at least one event");
    }
    events.sort_unstable();
    events.dedup();
    events
}

/// The namespace and the name of a function; the parentheses behind it are not needed.
fn function(said: &Text) -> (String, String) {
    let name = said.text.trim().strip_suffix("()").unwrap_or(said.text.trim()).trim_end();
    let parts: Vec<String> = match sql::tokens_of(name).as_deref() {
        Ok([one]) => sql::name_of(one).map(std::borrow::Cow::into_owned).into_iter().collect(),
        Ok([first, dot, second]) if dot.text == "." => {
            [first, second].iter().filter_map(|part| sql::name_of(part)).map(std::borrow::Cow::into_owned).collect()
        }
        _ => Vec::new(),
    };
    match <[String; 2]>::try_from(parts) {
        Ok([namespace, name]) => (namespace, name),
        Err(one) if one.len() == 1 => (DEFAULT_NAMESPACE.to_owned(), one.concat()),
        Err(_) => (DEFAULT_NAMESPACE.to_owned(), name.to_owned()),
    }
}

/// `constraint`, and when it fires then.
fn constraint(fields: &mut Fields<'_>) -> Option<Deferral> {
    let report = fields.report;
    let at =
        ["deferrable", "initially_deferred"].into_iter().find_map(|key| fields.field(key)).map(|f| f.key_at.clone());
    let is = fields.flag("constraint");
    let mut when = deferral(fields);
    if fields.flag("initially_deferred") {
        when = Deferral::Deferred;
    }
    if let (false, Some(at)) = (is, at) {
        report.hint(&at, "only a constraint trigger can be deferred", "add `constraint = true`");
    }
    is.then_some(when)
}

/// `enabled`: a word, or a boolean.
fn enabled(fields: &mut Fields<'_>) -> Enabled {
    match fields.take("enabled").map(|node| &node.value) {
        Some(Value::Boolean(true)) | None => Enabled::On,
        Some(Value::Boolean(false)) => Enabled::Off,
        Some(_) => fields.word("enabled", ENABLED).unwrap_or_default(),
    }
}
