//! `trigger.NAME` of a table or view.

use super::value::{Body, Toml};
use super::view::called;
use super::write::{flag, push, push_sql, push_text};
use crate::kind::{Enabled, Event, Timing, Trigger};

/// What is said of a trigger.
pub(super) fn body(trigger: &Trigger) -> Body {
    let Trigger { timing, events, columns, for_each_row, when, function_namespace, function, arguments, .. } = trigger;
    let Trigger { old_table, new_table, constraint, from, enabled, .. } = trigger;
    let events: Vec<&str> = events.iter().map(|event| word(*event)).collect();
    let mut body =
        vec![("timing".to_owned(), Toml::text(moment(*timing))), ("events".to_owned(), Toml::texts(&events))];
    push(&mut body, "columns", (!columns.is_empty()).then(|| Toml::texts(columns)));
    push_text(&mut body, "for_each", for_each_row.then(|| "row".to_owned()));
    push_sql(&mut body, "when", when.as_ref());
    push_text(&mut body, "function", Some(called(function_namespace, function)));
    push(&mut body, "arguments", (!arguments.is_empty()).then(|| Toml::texts(arguments)));
    push_text(&mut body, "old_table", old_table.clone());
    push_text(&mut body, "new_table", new_table.clone());
    flag(&mut body, "constraint", constraint.is_some());
    push(&mut body, "deferrable", constraint.and_then(super::column::deferrable));
    push_text(
        &mut body,
        "from",
        from.as_deref().map(|table| table.strip_prefix("public.").unwrap_or(table).to_owned()),
    );
    push_text(&mut body, "enabled", state(*enabled).map(str::to_owned));
    body
}

fn moment(timing: Timing) -> &'static str {
    match timing {
        Timing::Before => "before",
        Timing::After => "after",
        Timing::InsteadOf => "instead of",
    }
}

fn word(event: Event) -> &'static str {
    match event {
        Event::Insert => "insert",
        Event::Delete => "delete",
        Event::Update => "update",
        Event::Truncate => "truncate",
    }
}

fn state(enabled: Enabled) -> Option<&'static str> {
    match enabled {
        Enabled::On => None,
        Enabled::Off => Some("off"),
        Enabled::Always => Some("always"),
        Enabled::Replica => Some("replica"),
    }
}
