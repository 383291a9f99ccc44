//! Objects gathered into documents: a table with all that belongs to it, and what is shared.

use std::collections::{BTreeMap, HashSet};

use super::layout::{Item, Section, TableDoc};
use super::policy_set::Sets;
use super::value::{Body, Toml};
use super::write::{of_primary_key, of_table, own_keys, piece, push, section};
use super::{column, grant, names, sequence};
use crate::kind::{KindTag, Object, lineage};
use crate::schema::{DEFAULT_NAMESPACE, Entry, Id, Schema};

/// What reading the files back has taught.
#[derive(Debug, Clone, Default)]
pub(super) struct Choice {
    /// Constraints that must say their name, and policies that no set can stand for.
    pub(super) explicit: HashSet<Id>,
    /// Objects whose every key is to be written anew.
    pub(super) anew: HashSet<Id>,
}

/// A table, and those of its parts that are wanted.
pub(super) fn table(schema: &Schema, id: &Id, sets: &Sets, choice: &Choice, wanted: &dyn Fn(&Id) -> bool) -> TableDoc {
    let mut doc = TableDoc { key: names::key(id), own: own(schema, id, sets, choice, wanted), sections: Vec::new() };
    let inline = inline(schema, id, choice, wanted);
    let inlined: HashSet<&Id> = inline.values().flatten().map(|(id, _)| id).collect();
    let mut children: Vec<&Id> = schema.children(id).map(|(child, _)| child).collect();
    // Stable, so that columns stay in the order of the table.
    children.sort_by_key(|child| child.kind);
    for child in children {
        if inlined.contains(child) || sets.covers(child) {
            continue;
        }
        let said = if child.kind == KindTag::Column {
            column_item(schema, child, inline.get(&child.name).map_or(&[], Vec::as_slice), wanted(child))
        } else if wanted(child) {
            schema.get(child).and_then(|entry| piece(schema, child, entry)).map(|piece| piece.item)
        } else {
            None
        };
        if let (Some(item), Some(entry)) = (said, schema.get(child)) {
            add(&mut doc.sections, &section(child.kind, &entry.object), item);
        }
    }
    let is_child = !lineage::parents(schema, id).is_empty();
    let is_there = wanted(id) && !is_child && !doc.sections.iter().any(|section| section.name == "column");
    if is_there && !doc.sections.is_empty() {
        // A table without columns says so: otherwise its name would look misspelt.
        doc.sections.insert(0, Section { name: "column".to_owned(), items: Vec::new() });
    }
    doc
}

fn add(sections: &mut Vec<Section>, name: &str, item: Item) {
    match sections.iter_mut().find(|section| section.name == name) {
        Some(section) => section.items.push(item),
        None => sections.push(Section { name: name.to_owned(), items: vec![item] }),
    }
}

/// What is said of the table itself.
fn own(schema: &Schema, id: &Id, sets: &Sets, choice: &Choice, wanted: &dyn Fn(&Id) -> bool) -> Body {
    let mut body = match schema.get(id) {
        Some(entry) if wanted(id) => match &entry.object {
            Object::Table(table) => of_table(table, entry.comment.as_deref()),
            _ => Body::new(),
        },
        _ => Body::new(),
    };
    let key = schema.children_of(id, KindTag::PrimaryKey).find(|(key, _)| wanted(key));
    push(
        &mut body,
        "primary_key",
        key.and_then(|(key, entry)| of_primary_key(key, entry, choice.explicit.contains(key))),
    );
    let unnamed = schema.children(id).filter(|(child, _)| child.name.is_empty() && wanted(child));
    for (key, value) in unnamed.flat_map(|(_, entry)| own_keys(&entry.object)) {
        push(&mut body, key, Some(value));
    }
    push(&mut body, "policies", sets.used_by(id));
    if wanted(id) {
        body.extend(grant::of_object(schema, id));
    }
    // The comment stands first; what a person looks for next is how the table is kept.
    const FIRST: [&str; 4] = ["comment", "partition_of", "values", "inherits"];
    body.sort_by_key(|(key, _)| FIRST.iter().position(|first| first == key).unwrap_or(FIRST.len()));
    body
}

/// Constraints that columns say of themselves, by column.
fn inline(
    schema: &Schema,
    table: &Id,
    choice: &Choice,
    wanted: &dyn Fn(&Id) -> bool,
) -> BTreeMap<String, Vec<(Id, Body)>> {
    let mut found: BTreeMap<String, Vec<(Id, Body)>> = BTreeMap::new();
    for (id, entry) in schema.children(table).filter(|(id, _)| wanted(id) && !choice.explicit.contains(id)) {
        if let Some((column, body)) = column::inline(schema, id, entry) {
            found.entry(column).or_default().push((id.clone(), body));
        }
    }
    found.values_mut().for_each(|of_column| of_column.sort_by_key(|(id, _)| id.kind));
    found
}

/// A column with what it says of itself; only its constraints where the column is not wanted.
fn column_item(schema: &Schema, id: &Id, inline: &[(Id, Body)], wanted: bool) -> Option<Item> {
    let constraints = inline.iter().flat_map(|(_, body)| body.clone());
    if !wanted {
        let body: Body = constraints.collect();
        return (!body.is_empty()).then(|| Item { key: id.name.clone(), body, short: None });
    }
    let mut item = piece(schema, id, schema.get(id)?)?.item;
    let comment = item.body.iter().position(|(key, _)| key == "comment").map(|at| item.body.remove(at));
    item.body.extend(constraints.chain(comment));
    // What is just the parent's is not said again.
    (!item.body.is_empty()).then_some(item)
}

/// What belongs to no table and is wanted, by section.
pub(super) fn shared(schema: &Schema, sets: &Sets, choice: &Choice, wanted: &dyn Fn(&Id) -> bool) -> Vec<Section> {
    let mut sections = Vec::new();
    let owners = sequence::owners(schema);
    let of_tables = |kind: KindTag| kind == KindTag::Table || kind.belongs_to_table();
    for kind in KindTag::ALL.iter().copied().filter(|kind| !of_tables(*kind)) {
        for (id, entry) in schema.of_kind(kind) {
            let silent = match kind {
                KindTag::Namespace => {
                    entry.comment.is_none() && is_usual(entry) && comes_along(schema, id) && !is_granted(schema, id)
                }
                KindTag::Sequence => {
                    let along = sequence::comes_along(schema, id, entry, owners.get(id));
                    along && !choice.explicit.contains(id) && !is_granted(schema, id)
                }
                _ => false,
            };
            let Some(mut piece) = piece(schema, id, entry).filter(|_| !silent) else { continue };
            if !wanted(id) {
                piece.item.body.clear();
            } else {
                add_grants(&mut piece.item.body, grant::of_object(schema, id));
            }
            let owner = owners.get(id).filter(|_| wanted(id));
            push(&mut piece.item.body, "owned_by", owner.map(sequence::owned_by));
            if kind.owns() {
                piece.item.body.extend(owned(schema, id, wanted));
            }
            if wanted(id) || !piece.item.body.is_empty() {
                add(&mut sections, &piece.section, piece.item);
            }
        }
    }
    sections.extend(grant::defaults(schema, wanted));
    let sets: Vec<Item> = sets.items();
    if !sets.is_empty() {
        sections.push(Section { name: "policy_set".to_owned(), items: sets });
    }
    sections
}

/// Says whether anything is granted on an object, or taken away.
fn is_granted(schema: &Schema, id: &Id) -> bool {
    schema.children_of(id, KindTag::Grant).next().is_some()
}

/// Grants stand before a long body or query.
fn add_grants(body: &mut Body, grants: Body) {
    let long = body.iter().position(|(key, _)| matches!(key.as_str(), "body" | "query")).unwrap_or(body.len());
    body.splice(long..long, grants);
}

/// What belongs to something that is no table, such as the triggers of a view.
fn owned(schema: &Schema, owner: &Id, wanted: &dyn Fn(&Id) -> bool) -> Body {
    let mut body = Body::new();
    for (id, entry) in schema.children(owner).filter(|(id, _)| wanted(id)) {
        let Some(piece) = piece(schema, id, entry) else { continue };
        let (name, value) = (piece.item.key.clone(), piece.item.value());
        match body.iter_mut().find(|(section, _)| *section == piece.section) {
            Some((_, Toml::Table(items))) => items.push((name, value)),
            _ => body.push((piece.section, Toml::Table(vec![(name, value)]))),
        }
    }
    let unnamed = schema.children(owner).filter(|(id, _)| id.name.is_empty() && wanted(id));
    body.extend(unnamed.flat_map(|(_, entry)| own_keys(&entry.object)).map(|(key, value)| (key.to_owned(), value)));
    body
}

/// Whether a namespace is there as soon as what is in it is declared.
/// Whether the owner of a namespace is the one that is meant where nothing is said.
fn is_usual(entry: &Entry) -> bool {
    matches!(&entry.object, Object::Namespace(namespace) if namespace.owner.is_none())
}

fn comes_along(schema: &Schema, namespace: &Id) -> bool {
    let holds = |(id, entry): (&Id, &Entry)| match &entry.object {
        Object::Extension(extension) => extension.schema.as_deref() == Some(&namespace.name),
        _ => id.namespace == namespace.name,
    };
    namespace.name == DEFAULT_NAMESPACE || schema.iter().any(holds)
}

/// The text of a file that holds shared things.
pub(super) fn render(sections: &[Section]) -> String {
    sections.iter().map(Section::render_top).collect::<Vec<_>>().join("\n")
}

/// How many shared things one file holds before they part by kind.
const TOGETHER: usize = 40;

/// Whether what is shared goes into a file a kind.
pub(super) fn is_apart(sections: &[Section]) -> bool {
    sections.iter().map(|section| section.items.len()).sum::<usize>() > TOGETHER
}

/// The file of a section where they are apart.
pub(super) fn file_of(section: &str) -> String {
    let plural = if section.ends_with('s') { "" } else { "s" };
    format!("{section}{plural}.toml")
}

/// The value of a policy set's use or of a section's item, as a list where there are several.
pub(super) fn one_or_all(mut all: Vec<Toml>) -> Option<Toml> {
    if all.len() > 1 { Some(Toml::List(all)) } else { all.pop() }
}
