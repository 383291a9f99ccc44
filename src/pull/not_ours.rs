//! `[unmanaged]`: what the files refer to and no file declares, because dbtool does not manage it or was told not to.

use std::collections::BTreeMap;

use toml_edit::DocumentMut;

use super::layout::block;
use super::value::{Body, Toml};
use super::{SHARED, edit, names};
use crate::load::{NotOurs, undeclared};

/// The section.
const UNMANAGED: &str = "unmanaged";

/// Names what is missing. Says whether there is anything of the kind.
pub(super) fn name(files: &mut BTreeMap<String, String>, folder: &str) -> bool {
    let sources = files.iter().map(|(path, text)| (path.clone(), text.clone())).collect();
    let NotOurs { tables, types, .. } = undeclared(sources);
    let tables: Vec<String> = tables.iter().map(names::key).collect();
    let types: Vec<String> = types.into_iter().map(|name| crate::sql::quote_ident(&name)).collect();
    let lists: Vec<(&str, Vec<String>)> =
        [("tables", tables), ("types", types)].into_iter().filter(|(_, names)| !names.is_empty()).collect();
    if lists.is_empty() {
        return false;
    }
    if !files.values_mut().any(|text| add_to(text, &lists)) {
        let body: Body = lists.into_iter().map(|(key, names)| (key.to_owned(), Toml::texts(&names))).collect();
        let shared = files.entry(format!("{folder}/{SHARED}.toml")).or_default();
        let gap = if shared.is_empty() { "" } else { "\n" };
        *shared = format!("{shared}{gap}{}", block(UNMANAGED, &body));
    }
    true
}

/// Adds to the lists of a file that has them.
fn add_to(text: &mut String, lists: &[(&str, Vec<String>)]) -> bool {
    let Ok(mut document) = text.parse::<DocumentMut>() else { return false };
    let Some(table) = edit::table_at(&mut document, &[UNMANAGED.to_owned()]) else { return false };
    for (key, names) in lists {
        match table.get_mut(key).and_then(|item| item.as_array_mut()) {
            Some(there) => names.iter().for_each(|name| there.push(name)),
            None => drop(edit::set(table, key, &Toml::texts(names))),
        }
    }
    *text = document.to_string();
    true
}
