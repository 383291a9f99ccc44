//! What a plan makes, drops or changes, and other objects may name.
//!
//! An object that leans on any of it differs from the live one for certain, as the live text cannot mean what is not
//! there yet; and the server cannot be asked about it.

use std::collections::HashSet;

use super::texts;
use crate::diff::Change;
use crate::kind::{KindTag, Object};
use crate::schema::{Id, Schema};
use crate::sql::{names_in, quote_literal, tokens_of};

/// See the room's own words.
pub(crate) struct Moving {
    names: HashSet<String>,
    /// Columns that come, go, or have another type, under their tables.
    columns: Vec<Id>,
    /// Values that an enum is to have and has not.
    values: Vec<String>,
}

impl Moving {
    /// Collects it from the changes that lead from `current` to `desired`.
    pub(crate) fn new(current: &Schema, desired: &Schema, changes: &[Change]) -> Self {
        let mut moving = Self { names: HashSet::new(), columns: Vec::new(), values: Vec::new() };
        for change in changes {
            let id = change.id();
            match (change, current.object(id), desired.object(id)) {
                (Change::Alter(_), Some(Object::Enum(from)), Some(Object::Enum(to))) => {
                    moving.values.extend(to.values.iter().filter(|value| !from.values.contains(value)).cloned());
                }
                (Change::Alter(_), Some(Object::Column(from)), Some(Object::Column(to))) if !from.is_retyped(to) => {}
                _ if id.kind == KindTag::Column => moving.columns.push(id.clone()),
                (Change::Alter(_), ..) => {}
                _ if matches!(id.kind, KindTag::Namespace | KindTag::Enum | KindTag::Table | KindTag::Function) => {
                    moving.names.insert(id.name.clone());
                }
                _ => {}
            }
        }
        moving
    }

    /// Says whether an object of `desired` leans on nothing of it.
    pub(crate) fn leaves(&self, id: &Id, object: &Object, desired: &Schema) -> bool {
        let texts = texts(object);
        let mut names: HashSet<String> = texts.iter().flat_map(|text| names_in(text)).collect();
        let all = texts.iter().any(|text| text.contains('*'));
        // Columns of its own are on the twin as they will be; a sub-select reads the table in use.
        let reads = |column: &Id| names.contains(&column.owner) && (all || names.contains(&column.name));
        if names.contains("select") && self.columns.iter().any(reads) {
            return false;
        }
        // What a column is compared with is read as a value of its type, which the text need not name.
        let columns = desired.of_table(id, KindTag::Column).filter(|(column, _)| names.contains(&column.name));
        let types = columns.filter_map(|(_, entry)| match &entry.object {
            Object::Column(column) => Some(names_in(&column.r#type)),
            _ => None,
        });
        let types: Vec<String> = types.flatten().collect();
        names.extend(types);
        let own = id.table().map(|table| table.name);
        let named = |name: &String| Some(name) != own.as_ref() && *name != id.name && self.names.contains(name);
        !names.iter().any(named) && !self.values.iter().any(|value| says(&texts, value))
    }
}

/// Says whether a value stands in one of the texts, alone or in the literal of an array.
fn says(texts: &[String], value: &str) -> bool {
    let quoted = quote_literal(value);
    let inside = quoted.trim_matches('\'');
    let literals = |text: &String| tokens_of(text).is_ok_and(|all| all.iter().any(|token| token.text.contains(inside)));
    texts.iter().any(literals)
}
