//! Sets that the author has declared already, for tables that are new: whose policies are like those of a table that
//! uses a set use it too.

use std::collections::HashMap;

use toml_edit::{DocumentMut, Item, Value};

use super::shape::{Class, Shaped, shape_among, subset_of};
use super::{Choice, Sets};
use crate::kind::KindTag;
use crate::load::Loaded;
use crate::pull::edit;
use crate::pull::value::{Body, Toml};
use crate::schema::{Id, Schema};

/// A table that uses a set as the author wrote it.
pub(in crate::pull) struct Use {
    table: Id,
    set: String,
    arguments: Vec<(String, String)>,
}

/// Where the folder uses a set for the policies of a table, one use a set: the first table's.
pub(in crate::pull) fn uses(
    loaded: &Loaded,
    paths: &HashMap<Id, Vec<String>>,
    documents: &mut [(String, DocumentMut)],
) -> Vec<Use> {
    let mut found: Vec<Use> = Vec::new();
    for (table, _) in loaded.schema.of_kind(KindTag::Table) {
        let (Some(path), Some(place)) = (paths.get(table), loaded.place_of(table)) else { continue };
        let Some(body) = edit::table_at(&mut documents[place.file].1, path) else { continue };
        let mut arguments = body.get("policies").map(texts).unwrap_or_default();
        let Some(at) = arguments.iter().position(|(key, _)| key == "set") else { continue };
        let (_, set) = arguments.remove(at);
        if found.iter().all(|other| other.set != set) {
            found.push(Use { table: table.clone(), set, arguments });
        }
    }
    found
}

/// The keys and texts of a use; nothing of a list of several.
fn texts(item: &Item) -> Vec<(String, String)> {
    let Some(table) = item.as_table_like() else { return Vec::new() };
    let text = |(key, item): (&str, &Item)| Some((key.to_owned(), item.as_value().and_then(Value::as_str)?.to_owned()));
    table.iter().filter_map(text).collect()
}

impl Sets {
    /// The sets that the author has, used by tables of which nothing is declared so far.
    ///
    /// `of_use` says whether a policy is declared by its table's use of a set.
    pub(in crate::pull) fn known(
        schema: &Schema,
        uses: &[Use],
        choice: &Choice,
        new: &dyn Fn(&Id) -> bool,
        of_use: &dyn Fn(&Id) -> bool,
    ) -> Self {
        let mut sets = Self::default();
        for (table, _) in schema.of_kind(KindTag::Table).filter(|(table, _)| new(table)) {
            let whole = |used: &Use| {
                let first = shape_among(schema, &used.table, choice, of_use)?;
                let shaped = subset_of(schema, table, choice, &first)?;
                Some((body(used, &first, &shaped)?, shaped))
            };
            let Some((body, shaped)) = uses.iter().find_map(whole) else { continue };
            sets.uses.insert(table.clone(), Toml::Table(body));
            sets.covered.extend(shaped.members.iter().map(|member| member.id.clone()));
        }
        sets
    }
}

/// How the other table uses the set; nothing where they differ in a name that is no argument.
fn body(used: &Use, first: &Shaped<'_>, other: &Shaped<'_>) -> Option<Body> {
    let argument = |value: &String| used.arguments.iter().position(|(_, text)| text == value);
    let mut body: Body = vec![("set".to_owned(), Toml::text(&used.set))];
    let mut values: Vec<&String> = used.arguments.iter().map(|(_, text)| text).collect();
    for (at, value) in first.values.iter().enumerate() {
        match argument(value) {
            Some(number) => values[number] = &other.values[at],
            None if other.values[at] == *value => {}
            // A column of the table itself, said with its table's name.
            None if first.classes[at] == Class::Own => {}
            None => return None,
        }
    }
    body.extend(used.arguments.iter().zip(values).map(|((key, _), value)| (key.clone(), Toml::text(value))));
    Some(body)
}
