//! `[unmanaged]`: what the declaration refers to, and somebody else makes and changes.

use std::collections::BTreeSet;

use super::Loaded;
use super::fields::{Fields, Text};
use super::names;
use super::report::{Place, Report};
use crate::inspect::Inspected;
use crate::kind::{KindTag, Object};
use crate::schema::{Id, Schema};
use crate::types::{self, Named};

/// Names that a declaration refers to and that are not its own: never compared, never altered, never dropped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotOurs {
    /// The tables, which foreign keys may refer to.
    pub tables: BTreeSet<Id>,
    /// The types, without quotes, modifiers and brackets.
    pub types: BTreeSet<String>,
    /// Where the tables are named, for what contradicts it.
    places: Vec<(Id, Place)>,
}

impl NotOurs {
    /// Says whether nothing is named.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.types.is_empty()
    }

    /// Says whether an object, or the table that it belongs to, is one of these.
    pub fn covers(&self, id: &Id) -> bool {
        if let Some(on) = id.subject() {
            return self.covers(&on);
        }
        match id.table() {
            Some(table) => self.tables.contains(&table),
            None if id.kind.owns() => self.tables.contains(&Id { kind: KindTag::Table, ..id.clone() }),
            None => id.kind.is_type() && self.types.contains(&id.name),
        }
    }

    /// Takes them out of what was found in the database.
    pub fn take_out_of(&self, inspected: &mut Inspected) {
        if self.is_empty() {
            return;
        }
        // The sequences that tables brought along go with them.
        let owned = inspected.schema.of_kind(KindTag::SequenceOwner).filter(|(id, _)| self.covers(id));
        let owned: Vec<Id> = owned.map(|(id, _)| Id::new(KindTag::Sequence, &id.namespace, &id.name)).collect();
        inspected.retain(|id| !self.covers(id) && !owned.contains(id));
    }

    /// Says whether a name of a type is one of these.
    pub(super) fn has_type(&self, text: &str) -> bool {
        types::base(text).is_some_and(|base| self.types.contains(&base))
    }

    /// Complains about what is declared all the same.
    pub(super) fn check(&self, schema: &Schema, report: &Report) {
        for (table, at) in self.places.iter().filter(|(table, _)| schema.contains(table)) {
            report.say(at, format!("`{}` cannot be declared and be unmanaged", table.name));
        }
    }
}

/// What is referred to and is not there: tables of foreign keys, and types.
pub(super) fn undeclared(loaded: &Loaded, used_types: &[Text]) -> NotOurs {
    let mut missing = NotOurs::default();
    for (_, entry) in loaded.schema.of_kind(KindTag::ForeignKey) {
        let Object::ForeignKey(key) = &entry.object else { continue };
        let target = key.references();
        if !loaded.schema.contains(&target) && !loaded.not_ours.tables.contains(&target) {
            missing.tables.insert(target);
        }
    }
    for Text { text, .. } in used_types {
        if !loaded.not_ours.has_type(text) && !is_known_type(loaded, text) {
            missing.types.extend(types::base(text));
        }
    }
    missing
}

/// Says whether a type is PostgreSQL's, an extension's that is declared, or the declaration's own.
fn is_known_type(loaded: &Loaded, text: &str) -> bool {
    let of_user = loaded.schema.iter().filter(|(id, _)| id.kind.is_type());
    let names = of_user.flat_map(|(id, entry)| [Some(id.name.as_str()), entry.object.also_called()]).flatten();
    match types::look_up(text, names) {
        Named::Known => true,
        Named::FromExtension(extension) => loaded.schema.contains(&Id::new(KindTag::Extension, "", extension)),
        Named::Unknown(_) => false,
    }
}

/// Reads `[unmanaged]`.
pub(super) fn read(report: &Report, top: &mut Fields<'_>) -> NotOurs {
    let mut not_ours = NotOurs::default();
    let Some(field) = top.field("unmanaged") else { return not_ours };
    let Some(mut fields) = Fields::of(report, &field.node, &field.key_at) else { return not_ours };
    for Text { text, at } in fields.texts("tables") {
        let Some((namespace, name)) = names::split(&text) else {
            report.say(&at, format!("`{text}` has more than one dot"));
            continue;
        };
        let id = Id::new(KindTag::Table, &namespace, &name);
        not_ours.places.push((id.clone(), at));
        not_ours.tables.insert(id);
    }
    for Text { text, at } in fields.texts("types") {
        match types::base(&text) {
            Some(base) => drop(not_ours.types.insert(base)),
            None => report.say(&at, format!("`{text}` is no name of a type")),
        }
    }
    fields.finish();
    not_ours
}
