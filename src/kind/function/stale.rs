//! What keeps what a function gave before: the server computes none of it again when the function says something else.

use std::collections::HashSet;

use crate::hazard::{BREAKS_CODE, Hazard};
use crate::kind::{KindTag, Object};
use crate::plan::Context;
use crate::schema::{Id, Schema};

/// What is said of everything that stays and was computed by a function that is replaced where it stands.
///
/// PostgreSQL takes the author's word that it is IMMUTABLE (manual, Function Volatility Categories): an index over it finds
/// nothing by the new values, a unique one lets them in twice.
pub(super) fn kept_results(id: &Id, cx: &Context<'_>) -> Vec<Hazard> {
    let calling = callers(id, cx.current);
    let stays = |other: &Id, object: &Object| {
        let same = cx.desired.object(other) == Some(object);
        same && ![&cx.replaced, &cx.aside].iter().any(|gone| gone.contains(other))
    };
    let of = |(other, object): (&Id, &Object)| {
        let calls = || object.depends_on(other, cx.current).iter().any(|need| calling.contains(need));
        let told = told(id, other, object)?;
        (stays(other, object) && calls()).then(|| BREAKS_CODE.because(told).of_rows(table_of(other)))
    };
    cx.current.iter().filter_map(|(other, entry)| of((other, &entry.object))).collect()
}

/// A function and those that call it, directly or not.
fn callers(id: &Id, schema: &Schema) -> HashSet<Id> {
    let mut calling = HashSet::from([id.clone()]);
    loop {
        let found: Vec<Id> = schema
            .of_kind(KindTag::Function)
            .filter(|(other, _)| !calling.contains(other))
            .filter(|(other, entry)| entry.object.depends_on(other, schema).iter().any(|need| calling.contains(need)))
            .map(|(other, _)| other.clone())
            .collect();
        if found.is_empty() {
            return calling;
        }
        calling.extend(found);
    }
}

/// What an object keeps, and what brings it up to date; nothing where it is computed whenever it is read.
fn told(function: &Id, id: &Id, object: &Object) -> Option<String> {
    let (name, gave) = (&id.name, format!("what `{}` gave before", function.name));
    match object {
        Object::Index(_) => Some(format!("`{name}` holds {gave}, until `REINDEX INDEX CONCURRENTLY {}`", id.sql())),
        Object::Exclusion(_) => Some(format!("`{name}` holds {gave}, until `REINDEX INDEX {}`", id.sql())),
        Object::Column(column) if column.generated.as_ref().is_some_and(|generated| generated.stored) => {
            Some(format!("`{}.{name}` holds {gave}, until its rows are written again", id.owner))
        }
        Object::Check(_) => Some(format!("rows of `{}` were checked by {gave}, and are not again", id.owner)),
        Object::Table(table) if table.partition_by.is_some() => {
            Some(format!("rows of `{name}` stay in the partitions that they came to by {gave}"))
        }
        Object::View(view) if view.materialized.is_some() => {
            Some(format!("`{name}` shows {gave}, until `REFRESH MATERIALIZED VIEW {}`", id.sql()))
        }
        _ => None,
    }
}

/// The table whose rows it is about.
fn table_of(id: &Id) -> Option<Id> {
    if id.kind == KindTag::Table { Some(id.clone()) } else { id.table() }
}
