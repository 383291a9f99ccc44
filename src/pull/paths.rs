//! Where each object of a declaration stands: the keys that lead to it.

use std::collections::HashMap;

use toml::de::{DeTable, DeValue};

use crate::load::Loaded;
use crate::schema::Id;

/// The keys that lead to each object; in a list its position is the last of them.
pub(super) fn paths(loaded: &Loaded) -> HashMap<Id, Vec<String>> {
    let mut starts: HashMap<(usize, usize), Vec<String>> = HashMap::new();
    for (file, source) in loaded.sources.iter().enumerate() {
        let (tree, _) = DeTable::parse_recoverable(&source.text);
        walk(tree.get_ref(), file, &mut Vec::new(), &mut starts);
    }
    let path = |place: &crate::load::Place| starts.get(&(place.file, place.span.start)).cloned();
    loaded.places.iter().filter_map(|(id, place)| Some((id.clone(), path(place)?))).collect()
}

fn walk(table: &DeTable<'_>, file: usize, path: &mut Vec<String>, starts: &mut HashMap<(usize, usize), Vec<String>>) {
    for (key, value) in table {
        path.push(key.get_ref().to_string());
        starts.insert((file, key.span().start), path.clone());
        // Some objects stand at the value; a header's table has no place that is only its own.
        starts.entry((file, value.span().start)).or_insert_with(|| path.clone());
        match value.get_ref() {
            DeValue::Table(inner) => walk(inner, file, path, starts),
            DeValue::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    let here = [path.as_slice(), &[at.to_string()]].concat();
                    starts.entry((file, item.span().start)).or_insert(here);
                }
            }
            _ => {}
        }
        path.pop();
    }
}
