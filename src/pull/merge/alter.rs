//! An object that differs, changed where it stands: key by key.

use super::{Merging, WITH_REFERENCES};
use crate::kind::{KindTag, Object};
use crate::pull::value::{Body, Toml};
use crate::pull::write::{of_primary_key, of_table, own_keys, piece};
use crate::pull::{column, edit, sequence};
use crate::schema::{Id, Schema};

/// Keys of a column that are not its own.
const OF_CONSTRAINTS: &[&str] =
    &["primary_key", "unique", "one_of", "check", "references", "on_delete", "on_update", "match", "deferrable"];

impl Merging<'_> {
    /// Changes an object that differs, where it stands.
    pub(super) fn alter(&mut self, id: &Id, file: usize, path: &[String]) {
        let (Some(to), from) = (self.live.get(id), self.before.worded.get(id)) else { return };
        let anew = self.choice.anew.contains(id);
        match &to.object {
            Object::Table(table) => {
                let to = of_table(table, to.comment.as_deref());
                let from = from.and_then(|entry| match &entry.object {
                    Object::Table(table) => Some(of_table(table, entry.comment.as_deref())),
                    _ => None,
                });
                self.rewrite(file, path, None, from.as_ref(), &to, &|_| false);
            }
            Object::SequenceOwner(owner) => {
                let column = Id { kind: KindTag::Column, name: owner.column.clone(), ..id.clone() };
                self.own_sequence(id, &column);
            }
            Object::PrimaryKey(_) => {
                let value = of_primary_key(id, to, self.choice.explicit.contains(id));
                self.set_own(file, path, "primary_key", value);
            }
            object if id.name.is_empty() => {
                for (key, value) in own_keys(object) {
                    self.set_own(file, path, key, Some(value));
                }
            }
            _ if path.len() == 5 => self.alter_inline(id, file, path),
            _ => {
                let Some(wanted) = piece(self.live, id, to) else { return };
                if !id.kind.belongs_to_table() && path.first() != Some(&wanted.section) {
                    return self.move_elsewhere(id, file, path);
                }
                let from = from.and_then(|entry| piece(self.before.worded, id, entry));
                let from = from.map(|piece| piece.item.body).filter(|_| !anew);
                let (is_column, owns) = (id.kind == KindTag::Column, id.kind.owns());
                let foreign = move |key: &str| {
                    (is_column && OF_CONSTRAINTS.contains(&key))
                        || (owns && matches!(key, "index" | "trigger"))
                        || key == "owned_by"
                };
                self.rewrite(file, path, wanted.item.short, from.as_ref(), &wanted.item.body, &foreign);
                if let Object::Composite(composite) = &to.object {
                    let attributes = [path, &["attributes".to_owned()]].concat();
                    let order = composite.attributes.iter().map(|one| one.name.as_str()).collect::<Vec<_>>();
                    edit::sort(&mut self.documents[file].1, &attributes, &order);
                }
            }
        }
    }

    /// What is said of the sequence behind an identity stands with the column.
    pub(super) fn alter_column_of(&mut self, sequence: &Id) {
        let column = Id { kind: KindTag::Column, ..sequence.clone() };
        if let (Some(path), Some(place)) = (self.paths.get(&column).cloned(), self.before.loaded.place_of(&column)) {
            self.alter(&column, place.file, &path);
        }
    }

    /// What stands in another section now goes there, with all that belongs to it.
    fn move_elsewhere(&mut self, id: &Id, file: usize, path: &[String]) {
        self.remove(file, path);
        self.new.extend(self.live.children(id).map(|(child, _)| child.clone()));
        self.new.insert(id.clone());
    }

    /// Says to which column a sequence belongs that is declared by itself.
    pub(super) fn own_sequence(&mut self, owner: &Id, column: &Id) {
        let sequence = sequence::of_owner(owner);
        let (Some(path), Some(place)) = (self.paths.get(&sequence), self.before.loaded.place_of(&sequence)) else {
            return;
        };
        let table = edit::table_at(&mut self.documents[place.file].1, path).filter(|_| path[0] == "sequence");
        if let Some(table) = table
            && edit::set(table, "owned_by", &sequence::owned_by(column))
        {
            self.touched.insert(place.file);
        }
    }

    /// A key of the table's own; one that a column says instead moves to the table.
    fn set_own(&mut self, file: usize, path: &[String], key: &str, value: Option<Toml>) {
        if path.len() > 3 {
            self.remove(file, path);
        }
        let table = edit::table_at(&mut self.documents[file].1, &path[..2]);
        if let (Some(table), Some(value)) = (table, value)
            && edit::set(table, key, &value)
        {
            self.touched.insert(file);
        }
    }

    /// A constraint that a column says of itself, and may no longer be able to.
    fn alter_inline(&mut self, id: &Id, file: usize, path: &[String]) {
        let body = |schema: &Schema| column::inline(schema, id, schema.get(id)?);
        let says = body(self.live).filter(|_| !self.choice.explicit.contains(id));
        match says.filter(|(of, body)| *of == path[3] && body.first().is_some_and(|(key, _)| *key == path[4])) {
            Some((_, to)) => {
                let from = body(self.before.worded).map(|(_, from)| from).filter(|_| !self.choice.anew.contains(id));
                let group: &[&str] = if path[4] == "references" { WITH_REFERENCES } else { &[] };
                self.rewrite(file, &path[..4], Some("type"), from.as_ref(), &to, &|key| {
                    key != path[4] && !group.contains(&key)
                });
            }
            None => {
                self.remove(file, path);
                self.new.insert(id.clone());
            }
        }
    }

    /// Brings the keys under a path from one body to another; without the first, all but the foreign ones.
    fn rewrite(
        &mut self,
        file: usize,
        path: &[String],
        short: Option<&str>,
        from: Option<&Body>,
        to: &Body,
        foreign: &dyn Fn(&str) -> bool,
    ) {
        let Some((last, parents)) = path.split_last() else { return };
        let Some(parent) = edit::table_at(&mut self.documents[file].1, parents) else { return };
        let Some(item) = parent.get_mut(last) else { return };
        self.touched.insert(file);
        if let (false, Some(short)) = (item.is_table_like(), short) {
            if let [(only, value)] = to.as_slice()
                && only == short
            {
                edit::overwrite(item, value);
                return;
            }
            edit::unfold(item, short);
        }
        let Some(table) = item.as_table_like_mut() else { return };
        let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
        let wanted = |key: &str| to.iter().any(|(wanted, _)| wanted == key);
        for key in keys.iter().filter(|key| !wanted(key)) {
            let goes = match from {
                Some(from) => from.iter().any(|(had, _)| had == key),
                None => !foreign(key) && key != "renamed_from",
            };
            if goes {
                edit::take(table, key);
            }
        }
        for (key, value) in to {
            let same =
                from.and_then(|from| from.iter().find(|(had, _)| had == key)).is_some_and(|(_, had)| had == value);
            if !(same && keys.contains(key)) {
                edit::set(table, key, value);
            }
        }
    }
}
