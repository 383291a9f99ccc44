//! Storage parameters and options, in the order in which they were written: the server keeps that, though it means
//! nothing.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Serialize, Serializer};

use crate::plan::{Context, Step};
use crate::schema::Id;
use crate::sql::{quote_ident, quote_literal};

/// Names and values. Two that hold the same are equal, whatever their order.
pub type Parameters = IndexMap<String, String>;

/// `name=value, …` as it stands between the parentheses of `WITH` or `SET`.
pub(super) fn parameters(with: &Parameters) -> String {
    let one = |(name, value): (&String, &String)| format!("{} = {}", dotted(name), parameter_value(value));
    with.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// `toast.autovacuum_enabled` is two names.
fn dotted(name: &str) -> String {
    name.split('.').map(quote_ident).collect::<Vec<_>>().join(".")
}

/// Numbers and words stand bare, everything else in quotes.
fn parameter_value(value: &str) -> String {
    let bare = !value.is_empty() && value.chars().all(|c| c.is_ascii_digit() || c == '.');
    if bare || matches!(value, "true" | "false" | "on" | "off") { value.to_owned() } else { quote_literal(value) }
}

/// ` WITH (…)`, or nothing.
pub(crate) fn with_clause(with: &Parameters) -> String {
    if with.is_empty() { String::new() } else { format!(" WITH ({})", parameters(with)) }
}

/// The statements that turn one set of storage parameters into another.
pub(super) fn alter_parameters(from: &Parameters, to: &Parameters, object: &str) -> Vec<Step> {
    let changed = to.iter().filter(|(name, value)| from.get(*name) != Some(*value));
    let changed: Parameters = changed.map(|(name, value)| (name.clone(), value.clone())).collect();
    let gone: Vec<String> = from.keys().filter(|name| !to.contains_key(*name)).map(|name| dotted(name)).collect();
    let mut steps = Vec::new();
    if !changed.is_empty() {
        steps.push(Step::safe(format!("ALTER {object} SET ({})", parameters(&changed))));
    }
    if !gone.is_empty() {
        steps.push(Step::safe(format!("ALTER {object} RESET ({})", gone.join(", "))));
    }
    steps
}

/// The same for the index of an object of a table. That of a table in partitions cannot be altered: nothing, then.
pub(super) fn alter_index(from: &Parameters, to: &Parameters, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
    let fixed = from != to && id.table().is_some_and(|table| cx.is_partitioned(&table));
    (!fixed).then(|| alter_parameters(from, to, &format!("INDEX {}", id.sql())))
}

/// What the catalog keeps of them: `name=value` each.
pub(super) fn from_catalog(options: &[String]) -> Parameters {
    options.iter().filter_map(|option| option.split_once('=')).map(|(n, v)| (n.to_owned(), v.to_owned())).collect()
}

/// By name: what is compared and told does not hang on an order that means nothing.
pub(super) fn sorted<S: Serializer>(with: &Parameters, serializer: S) -> Result<S::Ok, S::Error> {
    with.iter().collect::<BTreeMap<_, _>>().serialize(serializer)
}
