//! Whether copies of rows say the same as their originals of whose they are, as far as policies read it.

use super::code::Code;
use super::facts::{Facts, Relation};
use super::{Found, danger};
use crate::hazard::{Crossing, Filled};

/// Whether rows of one table with row security may be others' in another, or elsewhere in the same. How tables are joined is
/// taken for what is meant where it is by a key, or by what policies read.
pub(super) fn crosses(from: &Relation, crossing: &Crossing, facts: &Facts, code: &Code) -> Found {
    let Some(to) = facts.relation(&crossing.to).filter(|to| to.is_closed && !to.own.is_empty()) else {
        return Found::Nothing;
    };
    let hides = |it: &Relation| code.shows.relation(it.oid) || code.reader_behind(it.oid).is_some();
    if !hides(from) {
        return Found::Nothing;
    }
    // A view has no policies: what it calls as the other does is taken for the same.
    let own: Vec<&String> = match from.own.is_empty() {
        true => to.own.iter().filter(|column| from.columns.contains(column)).collect(),
        false => from.own.iter().collect(),
    };
    let linked = is_linked(from, to, &own, crossing);
    let decides = |column: &String| own.contains(&column) || to.own.contains(column);
    if crossing.windows.iter().any(|columns| !columns.iter().any(decides)) {
        return danger("a window carries values from one of its rows to another, whosever they are");
    }
    if let Some(column) = crossing.apart.iter().find(|column| decides(column)) {
        return danger(format!("policies read `{column}`, which is not the same in what is brought together"));
    }
    let kept = match &crossing.values {
        Some(values) => {
            let many = crossing.beside.iter().filter_map(|it| facts.relation(it)).filter(|it| hides(it)).count() > 1;
            (linked || !many) && carries(from, to, &own, crossing, values)
        }
        None => linked,
    };
    let columns: Vec<String> = to.own.iter().map(|column| format!("`{column}`")).collect();
    let why = || format!("policies read {}, which is not carried over as it is", columns.join(", "));
    if kept { Found::Nothing } else { danger(why()) }
}

/// Whether what is inserted has what policies read from where it comes.
fn carries(from: &Relation, to: &Relation, own: &[&String], crossing: &Crossing, values: &[Filled]) -> bool {
    let columns = if crossing.columns.is_empty() { &to.columns } else { &crossing.columns };
    let all = |value: &Filled| match value {
        Filled::All => from.columns.iter().cloned().map(Filled::Column).collect(),
        other => vec![other.clone()],
    };
    let values: Vec<Filled> = values.iter().flat_map(all).collect();
    let source = |column: &String| match values.get(columns.iter().position(|it| it == column)?) {
        Some(Filled::Column(name)) if !crossing.renamed.iter().any(|it| it == name || it == "*") => Some(name),
        _ => None,
    };
    let mut shared = to.own.iter().filter(|column| own.contains(column)).peekable();
    match shared.peek() {
        Some(_) => shared.all(|column| source(column) == Some(column)),
        None => to.own.iter().filter_map(source).any(|name| own.contains(&name) || from.keys.contains(name)),
    }
}

/// Whether rows are brought together by a key, or by what policies read.
fn is_linked(from: &Relation, to: &Relation, own: &[&String], crossing: &Crossing) -> bool {
    let decides = |column: &String| own.contains(&column) || to.own.contains(column);
    let is_key = |column: &String| from.keys.contains(column) || to.keys.contains(column);
    // What refers to another row of the same table does not say that it is of the same tenant.
    let by_key = |a: &String, b: &String| match from.oid == to.oid {
        true => a == b && is_key(a),
        false => is_key(a) || is_key(b),
    };
    crossing.links.iter().any(|(a, b)| (decides(a) && decides(b)) || by_key(a, b))
}
