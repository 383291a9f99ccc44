//! What happens to everything else when an object gets another name: the same as PostgreSQL does.

use std::collections::HashSet;
use std::sync::Arc;

use super::follow_text::{
    Swap, first_of_name, followed, followed_type, is_table_or_alias, is_type, name_is, reads_only, replaced,
};
use crate::diff::Change;
use crate::kind::{KindTag, Object, Origin, index_partition, lineage};
use crate::schema::{Entry, Id, Schema, Server};
use crate::sql::{Token, quote_ident, quote_literal};

/// The schema after a rename, with everything that names the object following it.
pub(crate) fn follow(schema: &Schema, from: &Id, to: &Id) -> Schema {
    let mut after = reworded(schema, from, to);
    keep_names(&mut after, from, to);
    if from.kind == KindTag::Column {
        let ids: Vec<Id> = after.iter().map(|(id, _)| id.clone()).collect();
        for id in ids {
            for text in after.get_mut(&id).into_iter().flat_map(|entry| entry.object.texts_mut()) {
                *text = under_its_old_name(text.as_str(), from, to).into();
            }
        }
    }
    after
}

/// A NOT NULL and the sequence of an identity keep the names that they got from their table and column.
fn keep_names(after: &mut Schema, from: &Id, to: &Id) {
    // So do the parts of keys and indexes: what was a usual name may not be one any more.
    index_partition::derive(after);
    let named = |id: &&Id| matches!(id.kind, KindTag::Column | KindTag::IdentitySequence);
    let parts: Vec<Id> = match from.kind {
        KindTag::Table => after.children(to).map(|(id, _)| id).filter(named).cloned().collect(),
        KindTag::Column => vec![to.clone(), Id { kind: KindTag::IdentitySequence, ..to.clone() }],
        _ => return,
    };
    for id in parts {
        let former =
            if from.kind == KindTag::Table { Id { owner: from.name.clone(), ..id.clone() } } else { from.clone() };
        match after.get_mut(&id).map(|entry| &mut entry.object) {
            Some(Object::Column(column)) => {
                column.keep_name_of_not_null(&former, &id);
                column.keep_name_of_sequence(&former, &id);
            }
            Some(Object::IdentitySequence(sequence)) => sequence.keep_name(&former, &id),
            _ => {}
        }
    }
}

/// The schema as somebody would write it who knows nothing but the new name.
pub(crate) fn reworded(schema: &Schema, from: &Id, to: &Id) -> Schema {
    let column_names: HashSet<&String> = schema.of_kind(KindTag::Column).map(|(id, _)| &id.name).collect();
    let one = |(id, entry): (&Id, &Entry)| {
        let (mut id, mut entry) = (id.clone(), entry.clone());
        let is_part = id.kind == KindTag::IndexPartition && id.name == from.name && from.kind.is_relation();
        if is_part && index_partition::whole(schema, &id).as_ref() == Some(from) {
            id.name.clone_from(&to.name);
        }
        id.follow(from, to);
        // Where a column is called like a table, its name alone is the column.
        let column = id.table().map(|table| Id::of(KindTag::Column, &table, &from.name));
        let hidden = match column {
            Some(column) => from.kind.owns() && schema.contains(&former_of(&column, from, to)),
            // A query may read any table's; `VALUE` in a domain is the value.
            None => from.kind.owns() && (id.kind == KindTag::Domain || column_names.contains(&from.name)),
        };
        entry.object.follow(&id, from, to, hidden);
        (id, entry)
    };
    let after = schema.iter().map(one).collect::<Schema>().of_server(&owners_follow(&schema.server, from, to));
    if from.kind == KindTag::Column { in_children(after, from, to) } else { after }
}

/// Who owns what, under its new name.
fn owners_follow(server: &Arc<Server>, from: &Id, to: &Id) -> Arc<Server> {
    if server.owners.is_empty() {
        return Arc::clone(server);
    }
    let one = |((namespace, subject), role): (&(String, String), &String)| {
        let named = Id::new(KindTag::Grant, namespace, "");
        let mut id = Id { owner: subject.clone(), ..named };
        id.follow(from, to);
        ((id.namespace, id.owner), role.clone())
    };
    let owners = server.owners.iter().map(one).collect();
    Arc::new(Server { owners, ..Server::clone(server) })
}

/// The same for the columns that other tables have from this one.
fn in_children(schema: Schema, from: &Id, to: &Id) -> Schema {
    let children = from.table().map(|table| lineage::children(&schema, &table).to_vec()).unwrap_or_default();
    children.iter().fold(schema, |schema, child| {
        let (from, to) = (Id::of(KindTag::Column, child, &from.name), Id::of(KindTag::Column, child, &to.name));
        let has = matches!(schema.object(&from), Some(Object::Column(column)) if column.origin.0 != Origin::Own);
        if has { reworded(&schema, &from, &to) } else { schema }
    })
}

/// A column of a table under the table's former name.
fn former_of(column: &Id, from: &Id, to: &Id) -> Id {
    let own = column.table().as_ref() == Some(to);
    if own { Id::of(KindTag::Column, from, &column.name) } else { column.clone() }
}

/// A column that a subquery selects keeps the name that it had there: `SELECT i.new AS old`.
fn under_its_old_name(text: &str, from: &Id, to: &Id) -> String {
    replaced(text, &|all, at| {
        let first = first_of_name(all, at);
        let is_word = |at: usize, word: &str| all.get(at).is_some_and(|token| token.text.eq_ignore_ascii_case(word));
        let selected = first.checked_sub(1).is_some_and(|before| is_word(before, "select"));
        let ends = is_word(at + 1, "from") || is_word(at + 1, ",");
        let meant = first == at || is_table_or_alias(all, first, &from.owner);
        let same = name_is(&all[at], &to.name) && selected && ends && meant;
        same.then(|| format!("{} AS {}", all[at].text, quote_ident(&from.name)))
    })
}

/// The schema after a value of an enum, or a part of a composite type, was renamed.
pub(crate) fn follow_value(schema: &Schema, id: &Id, from: &str, to: &str) -> Schema {
    match id.kind {
        KindTag::Composite => return follow_attribute(schema, id, from, to),
        KindTag::Range => return follow_multirange(schema, id, from, to),
        _ => {}
    }
    let (old, new) = (quote_literal(from), quote_literal(to));
    swap_literal(schema, id, [from, to], &|all, at| {
        // The server casts every literal of an enum.
        let cast = all.get(at + 1).is_some_and(|next| next.text == "::");
        (all[at].text == old && cast && is_type(all, at + 2, id)).then(|| new.clone())
    })
}

/// A part of a composite type is named behind the parentheses around the value: `(address).street`.
fn follow_attribute(schema: &Schema, id: &Id, from: &str, to: &str) -> Schema {
    let part = |all: &[Token<'_>], at: usize| {
        let before = |back: usize| at.checked_sub(back).map(|before| all[before].text);
        let meant = name_is(&all[at], from) && before(1) == Some(".") && before(2) == Some(")");
        meant.then(|| quote_ident(to))
    };
    let one = |(each, entry): (&Id, &Entry)| {
        let mut entry = entry.clone();
        if let (Object::Composite(of), true) = (&mut entry.object, each == id) {
            of.attributes.iter_mut().filter(|one| one.name == from).for_each(|one| to.clone_into(&mut one.name));
        }
        for text in entry.object.texts_mut() {
            *text = replaced(text.as_str(), &part).into();
        }
        (each.clone(), entry)
    };
    schema.iter().map(one).collect::<Schema>().of_server(&schema.server)
}

/// The multirange type of a range type is a type of its own.
fn follow_multirange(schema: &Schema, id: &Id, from: &str, to: &str) -> Schema {
    let named = |name: &str| Id { name: name.to_owned(), ..id.clone() };
    let (old, new) = (named(from), named(to));
    let one = |(each, entry): (&Id, &Entry)| {
        let (mut each, mut entry) = (each.clone(), entry.clone());
        if let (Object::Range(of), true) = (&mut entry.object, each == *id) {
            to.clone_into(&mut of.multirange);
        }
        if each.kind.is_routine() {
            each.owner = followed_type(&each.owner, &old, &new);
        }
        entry.object.each_type(&mut |name| followed_type(name, &old, &new));
        for text in entry.object.texts_mut() {
            *text = followed(text.as_str(), false, &old, &new, false).into();
        }
        (each, entry)
    };
    schema.iter().map(one).collect::<Schema>().of_server(&schema.server)
}

/// The schema as it is called before renames that are yet to come.
pub(crate) fn undone(schema: &Schema, renames: &[Change]) -> Schema {
    renames.iter().rev().fold(schema.clone(), |schema, rename| match rename {
        Change::Rename { from, to } => reworded(&schema, to, from),
        Change::RenameValue { id, from, to } if id.kind != KindTag::Enum => follow_value(&schema, id, to, from),
        Change::RenameValue { id, from, to } => {
            let (old, new) = (quote_literal(from), quote_literal(to));
            swap_literal(&schema, id, [to, from], &|all, at| (all[at].text == new).then(|| old.clone()))
        }
        _ => schema,
    })
}

fn swap_literal(schema: &Schema, id: &Id, [from, to]: [&str; 2], swap: Swap<'_>) -> Schema {
    let one = |(each, entry): (&Id, &Entry)| {
        let mut entry = entry.clone();
        if let (Object::Enum(of), true) = (&mut entry.object, each == id) {
            of.values.iter_mut().filter(|value| *value == from).for_each(|value| to.clone_into(value));
        }
        for text in entry.object.texts_mut() {
            *text = replaced(text.as_str(), swap).into();
        }
        (each.clone(), entry)
    };
    schema.iter().map(one).collect::<Schema>().of_server(&schema.server)
}

impl Id {
    /// Becomes what it is called once something has another name: itself, or what it stands in.
    pub(crate) fn follow(&mut self, from: &Id, to: &Id) {
        if let Some(mut on) = self.subject() {
            on.follow(from, to);
            *self = Self::grant(&on, &self.name);
            return;
        }
        match from.kind {
            _ if self == from => self.name.clone_from(&to.name),
            kind if kind.owns() && self.owners().any(|owner| owner == *from) => self.owner.clone_from(&to.name),
            KindTag::Column
                if self.kind == KindTag::IdentitySequence
                    && (self.table(), &self.name) == (from.table(), &from.name) =>
            {
                self.name.clone_from(&to.name);
            }
            KindTag::Sequence
                if self.kind == KindTag::SequenceOwner
                    && (&self.namespace, &self.name) == (&from.namespace, &from.name) =>
            {
                self.name.clone_from(&to.name);
            }
            kind if (kind == KindTag::Namespace || kind.is_type()) && self.kind.is_routine() => {
                self.owner = followed_type(&self.owner, from, to);
            }
            _ => {}
        }
        if from.kind == KindTag::Namespace && self.namespace == from.name {
            self.namespace.clone_from(&to.name);
        }
    }
}

impl Object {
    /// Lets an object name a renamed one anew.
    fn follow(&mut self, id: &Id, from: &Id, to: &Id, hidden: bool) {
        match from.kind {
            KindTag::Table | KindTag::Column => self.follow_relation(id, from, to),
            KindTag::Namespace => self.follow_namespace(from, to),
            _ => {}
        }
        self.each_type(&mut |name| followed_type(name, from, to));
        if from.kind == KindTag::Namespace {
            self.each_name(&mut |name| followed_type(name, from, to));
        }
        let subject = id.subject().filter(|on| on.kind == KindTag::Table);
        // What a table is spread by names its own columns.
        let spread = Some(id).filter(|id| id.kind == KindTag::Table && from.kind == KindTag::Column).cloned();
        let own = id.table().or(subject).or(spread) == from.table();
        self.follow_name(own, from, to);
        let view = from.kind == KindTag::Column && matches!(self, Object::View(_));
        for text in self.texts_mut() {
            let own = own || (view && reads_only(text.as_str(), &from.owner));
            *text = followed(text.as_str(), own, from, to, hidden).into();
        }
        // Any other body is a text, and keeps the names that it says.
        if let Object::Function(function) = self
            && let Some(statements) = function.statements_mut()
        {
            *statements = followed(statements, own, from, to, hidden);
        }
    }

    fn follow_namespace(&mut self, from: &Id, to: &Id) {
        let name = match self {
            Object::ForeignKey(key) => &mut key.references_namespace,
            Object::Extension(extension) => match &mut extension.schema {
                Some(schema) => schema,
                None => return,
            },
            _ => return,
        };
        if *name == from.name {
            name.clone_from(&to.name);
        }
    }

    fn follow_relation(&mut self, id: &Id, from: &Id, to: &Id) {
        let swap = |names: &mut Vec<String>| {
            names.iter_mut().filter(|name| **name == from.name).for_each(|name| name.clone_from(&to.name));
        };
        let own = from.kind == KindTag::Column && id.table() == from.table();
        match self {
            Object::ForeignKey(key) => {
                let other = key.references();
                if other == *from {
                    key.references_table.clone_from(&to.name);
                }
                if from.kind == KindTag::Column && from.table() == Some(other) {
                    swap(&mut key.references_columns);
                }
                if own {
                    swap(&mut key.columns);
                    swap(&mut key.on_delete_columns);
                }
            }
            Object::PrimaryKey(key) if own => [&mut key.columns, &mut key.include].into_iter().for_each(swap),
            Object::Unique(key) if own => [&mut key.columns, &mut key.include].into_iter().for_each(swap),
            Object::Index(index) if own => {
                swap(&mut index.include);
                index.rename_column(&from.name, &to.name);
            }
            _ => {}
        }
    }
}
