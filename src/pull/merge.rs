//! A folder that is there already, brought to what the database holds: only what differs is touched.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use anyhow::Context as _;
use toml_edit::DocumentMut;

use super::document::{self, Choice};
use super::edit;
use super::layout::{Section, TableDoc};
use super::paths::paths;
use super::policy_set::Sets;
use super::value::{Body, Toml};
use super::write::{of_primary_key, of_row_security, of_table, piece};
use super::{Before, SHARED, column, names, sequence};
use crate::kind::{KindTag, Object};
use crate::schema::{Id, Schema};

/// Keys that go with `references` on a column.
const WITH_REFERENCES: &[&str] = &["references", "on_delete", "on_update", "match", "deferrable"];
/// Keys of a column that are not its own.
const OF_CONSTRAINTS: &[&str] =
    &["primary_key", "unique", "one_of", "check", "references", "on_delete", "on_update", "match", "deferrable"];

/// The folder as it will be: the texts of all files by their paths.
pub(super) fn merge(live: &Schema, before: &Before<'_>, choice: &Choice) -> anyhow::Result<BTreeMap<String, String>> {
    let mut merging = Merging::new(live, before, choice)?;
    merging.edit();
    merging.add_tables();
    merging.add_shared();
    Ok(merging.finish())
}

struct Merging<'a> {
    live: &'a Schema,
    before: &'a Before<'a>,
    choice: &'a Choice,
    /// Where each declared object stands.
    paths: HashMap<Id, Vec<String>>,
    documents: Vec<(String, DocumentMut)>,
    touched: BTreeSet<usize>,
    /// Live objects that are to be written as new ones.
    new: HashSet<Id>,
    files: BTreeMap<String, String>,
}

impl<'a> Merging<'a> {
    fn new(live: &'a Schema, before: &'a Before<'a>, choice: &'a Choice) -> anyhow::Result<Self> {
        let mut documents = Vec::new();
        for source in &before.loaded.sources {
            let document = source.text.parse().with_context(|| format!("cannot edit `{}`", source.path))?;
            documents.push((source.path.clone(), document));
        }
        let new = live.iter().map(|(id, _)| id).filter(|id| !before.loaded.schema.contains(id)).cloned().collect();
        let (touched, files) = Default::default();
        Ok(Self { live, before, choice, paths: paths(before.loaded), documents, touched, new, files })
    }

    /// Removes what is gone, and changes what differs.
    fn edit(&mut self) {
        let declared: Vec<Id> = self.before.loaded.schema.iter().map(|(id, _)| id.clone()).collect();
        let mut expanded: BTreeSet<(usize, Vec<String>)> = BTreeSet::new();
        let mut gone: Vec<(usize, Vec<String>)> = Vec::new();
        for id in declared.iter().filter(|id| (self.before.in_scope)(id)) {
            let (Some(path), Some(place)) = (self.paths.get(id).cloned(), self.before.loaded.place_of(id)) else {
                continue;
            };
            let file = place.file;
            let is_there = self.live.contains(id);
            if is_there && !self.differs(id) {
                continue;
            }
            let counts = matches!(id.kind, KindTag::Sequence | KindTag::SequenceOwner);
            if counts && path[0] != "sequence" {
                // A column brought it along, and no longer does: it has to be said.
                let sequence = sequence::of_owner(id);
                self.new.extend(is_there.then(|| id.clone()));
                self.new.extend(self.live.contains(&sequence).then_some(sequence));
            } else if path.get(2).is_some_and(|key| key == "policies") {
                expanded.insert((file, path));
            } else if !is_there {
                // A namespace that only comes along has no words of its own.
                let along = id.kind == KindTag::Namespace && path.first().is_some_and(|top| top != "schema");
                gone.extend((!along).then_some((file, path)));
            } else {
                self.alter(id, file, &path);
            }
        }
        for (file, path) in gone {
            self.remove(file, &path);
        }
        self.expand(&declared, expanded);
    }

    fn differs(&self, id: &Id) -> bool {
        self.choice.anew.contains(id) || self.live.get(id) != self.before.worded.get(id)
    }

    /// Takes out uses of policy sets that no longer say what is there; the policies are written in full then.
    fn expand(&mut self, declared: &[Id], uses: BTreeSet<(usize, Vec<String>)>) {
        // From the last to the first, so that positions in a list stay right.
        for (file, path) in uses.into_iter().rev() {
            let of_use = declared.iter().filter(|id| self.paths.get(*id) == Some(&path));
            let back: Vec<Id> = of_use.filter(|id| self.live.contains(id)).cloned().collect();
            self.new.extend(back);
            let (document, touched) = (&mut self.documents[file].1, &mut self.touched);
            touched.insert(file);
            let position = path.get(3).and_then(|at| at.parse::<usize>().ok());
            let list = edit::table_at(document, &path[..2]).and_then(|table| table.get_mut("policies"));
            match (position, list.and_then(|item| item.as_array_mut())) {
                (Some(at), Some(list)) if list.len() > 1 && at < list.len() => drop(list.remove(at)),
                _ => drop(edit::remove(document, &path[..3])),
            }
        }
    }

    fn remove(&mut self, file: usize, path: &[String]) {
        let document = &mut self.documents[file].1;
        let mut removed = edit::remove(document, path);
        if path.len() == 5 && path[4] == "references" {
            for key in WITH_REFERENCES {
                let path = [&path[..4], &[(*key).to_owned()]].concat();
                removed |= edit::remove(document, &path);
            }
        }
        if removed {
            self.touched.insert(file);
        }
    }

    /// Changes an object that differs, where it stands.
    fn alter(&mut self, id: &Id, file: usize, path: &[String]) {
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
            Object::RowSecurity(state) => self.set_own(file, path, "row_security", Some(of_row_security(*state))),
            _ if path.len() == 5 => self.alter_inline(id, file, path),
            _ => {
                let Some(piece) = piece(self.live, id, to) else { return };
                if !id.kind.belongs_to_table() && path.first() != Some(&piece.section) {
                    return self.move_elsewhere(id, file, path);
                }
                let from = from.and_then(|entry| super::write::piece(self.before.worded, id, entry));
                let from = from.map(|piece| piece.item.body).filter(|_| !anew);
                let (is_column, owns) = (id.kind == KindTag::Column, id.kind.owns());
                let foreign = move |key: &str| {
                    (is_column && OF_CONSTRAINTS.contains(&key))
                        || (owns && matches!(key, "index" | "trigger"))
                        || key == "owned_by"
                };
                self.rewrite(file, path, piece.item.short, from.as_ref(), &piece.item.body, &foreign);
            }
        }
    }

    /// What stands in another section now goes there, with all that belongs to it.
    fn move_elsewhere(&mut self, id: &Id, file: usize, path: &[String]) {
        self.remove(file, path);
        self.new.extend(self.live.children(id).map(|(child, _)| child.clone()));
        self.new.insert(id.clone());
    }

    /// Says to which column a sequence belongs that is declared by itself.
    fn own_sequence(&mut self, owner: &Id, column: &Id) {
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

    /// Writes what is new of tables: into the file of the table, or into one of its own.
    fn add_tables(&mut self) {
        let (live, before, new) = (self.live, self.before, std::mem::take(&mut self.new));
        let reserved = [SHARED.to_owned()];
        let files = names::files(live.of_kind(KindTag::Table).map(|(id, _)| id), &reserved);
        let folder = before.folder;
        let none = Sets::default();
        let concerned = |table: &Id| new.contains(table) || live.children(table).any(|(id, _)| new.contains(id));
        for (table, _) in live.of_kind(KindTag::Table).filter(|(table, _)| concerned(table)) {
            let mut doc = document::table(live, table, &none, self.choice, &|id| new.contains(id));
            let home = before.loaded.place_of(table).map(|place| place.file);
            let (Some(home), Some(path)) = (home, self.paths.get(table).cloned()) else {
                let path = format!("{folder}/{}", files.get(table).map_or("tables.toml", String::as_str));
                self.append(path, &doc.render());
                continue;
            };
            doc.key.clone_from(&path[1]);
            self.graft_table(doc, home, &path);
        }
        self.new = new;
    }

    /// Each section goes to where the table has it already.
    fn graft_table(&mut self, doc: TableDoc, home: usize, path: &[String]) {
        let TableDoc { key, own, sections } = doc;
        if !own.is_empty() {
            let part = TableDoc { key: key.clone(), own, sections: Vec::new() };
            self.graft(home, &part.render(), None);
        }
        for section in sections {
            let below = [path, std::slice::from_ref(&section.name)].concat();
            let file = (0..self.documents.len()).find(|at| edit::has(&self.documents[*at].1, &below)).unwrap_or(home);
            let short = (section.name == "column").then_some("type");
            let part = TableDoc { key: key.clone(), own: Body::new(), sections: vec![section] };
            if !part.is_empty() {
                self.graft(file, &part.render(), short);
            }
        }
    }

    fn graft(&mut self, file: usize, text: &str, short: Option<&str>) {
        if let Ok(part) = text.parse::<DocumentMut>() {
            edit::graft(self.documents[file].1.as_table_mut(), part.into_table(), 0, short);
            self.touched.insert(file);
        }
    }

    /// Writes what is new and belongs to no table: to where others of its kind are, else to the file of what is shared.
    fn add_shared(&mut self) {
        let new = std::mem::take(&mut self.new);
        for (sequence, column) in sequence::owners(self.live) {
            let owner = Id { kind: KindTag::SequenceOwner, name: sequence.name.clone(), ..column.clone() };
            if new.contains(&owner) && !new.contains(&sequence) {
                self.own_sequence(&owner, &column);
            }
        }
        for section in document::shared(self.live, &Sets::default(), self.choice, &|id| new.contains(id)) {
            let Section { name, items } = section;
            for item in items {
                let path = [name.clone(), item.key.clone()];
                let holds = |path: &[String]| {
                    let mut all = 0..self.documents.len();
                    all.rfind(|at| edit::has(&self.documents[*at].1, path))
                };
                let file = holds(&path).or_else(|| holds(&path[..1]));
                let text = Section { name: name.clone(), items: vec![item] }.render_top();
                match file {
                    Some(file) => self.graft(file, &text, None),
                    None => self.append(format!("{}/{SHARED}.toml", self.before.folder), &text),
                }
            }
        }
    }

    /// Adds blocks to the end of a file, which need not be there.
    fn append(&mut self, path: String, text: &str) {
        match self.documents.iter().position(|(other, _)| *other == path) {
            Some(file) => self.graft(file, text, None),
            None => {
                let whole = self.files.entry(path).or_default();
                let gap = if whole.is_empty() { "" } else { "\n" };
                whole.push_str(gap);
                whole.push_str(text);
            }
        }
    }

    /// The texts; a file that nothing is left in is not among them.
    fn finish(mut self) -> BTreeMap<String, String> {
        for (at, (path, mut document)) in self.documents.into_iter().enumerate() {
            if !self.touched.contains(&at) {
                self.files.insert(path, self.before.loaded.sources[at].text.clone());
            } else if !document.as_table().is_empty() {
                edit::settle(&mut document);
                self.files.insert(path, document.to_string());
            }
        }
        self.files
    }
}
