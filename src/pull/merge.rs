//! A folder that is there already, brought to what the database holds: only what differs is touched.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use anyhow::Context as _;
use toml_edit::DocumentMut;

use super::document::{self, Choice};
use super::edit;
use super::layout::{Section, TableDoc};
use super::paths::paths;
use super::policy_set::{self, Sets};
use super::value::Body;
use super::{Before, SHARED, grant, names, sequence};
use crate::kind::{KindTag, lineage};
use crate::schema::{Id, Schema};

mod alter;
mod grants;

/// Keys that go with `references` on a column.
const WITH_REFERENCES: &[&str] = &["references", "on_delete", "on_update", "match", "deferrable"];

/// The folder as it will be: the texts of all files by their paths.
pub(super) fn merge(live: &Schema, before: &Before<'_>, choice: &Choice) -> anyhow::Result<BTreeMap<String, String>> {
    let mut merging = Merging::new(live, before, choice)?;
    merging.edit();
    merging.grants();
    merging.default_privileges();
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
        // What the parts of an index are called stays unsaid where the author has left it so.
        let is_left = |id: &Id| id.kind == KindTag::IndexPartition && before.worded.contains(id);
        let new = live.iter().map(|(id, _)| id).filter(|id| !before.loaded.schema.contains(id) && !is_left(id));
        let new = new.cloned().collect();
        let (touched, files) = Default::default();
        Ok(Self { live, before, choice, paths: paths(before.loaded), documents, touched, new, files })
    }

    /// Removes what is gone, and changes what differs.
    fn edit(&mut self) {
        let declared: Vec<Id> = self.before.loaded.schema.iter().map(|(id, _)| id.clone()).collect();
        let mut expanded: BTreeSet<(usize, Vec<String>)> = BTreeSet::new();
        let mut gone: Vec<(usize, Vec<String>)> = Vec::new();
        // What is granted is no object with a name of its own: see `grants`.
        let named = |id: &&Id| id.group().is_none();
        for id in declared.iter().filter(|id| (self.before.in_scope)(id)).filter(named) {
            let (Some(path), Some(place)) = (self.paths.get(id).cloned(), self.before.loaded.place_of(id)) else {
                // A column that is just the parent's stands nowhere until it is not, and so does the schema `public`.
                let unsaid = matches!(id.kind, KindTag::Column | KindTag::Namespace);
                let differs = unsaid && self.live.contains(id) && self.differs(id);
                self.new.extend(differs.then(|| id.clone()));
                continue;
            };
            let file = place.file;
            let is_there = self.live.contains(id);
            // What is in neither says what the server does anyway, such as the usual name of a partition's part.
            if !self.differs(id) {
                continue;
            }
            if id.kind == KindTag::IdentitySequence {
                self.alter_column_of(id);
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
            } else if id.kind == KindTag::Namespace && path.first().is_some_and(|top| top != "schema") {
                // One that only comes along has no words of its own yet.
                self.new.extend(is_there.then(|| id.clone()));
            } else if !is_there {
                gone.push((file, path));
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
        if path.get(2).is_some_and(|key| key == "partition_of") {
            removed |= edit::remove(document, &[&path[..2], &["values".to_owned()]].concat());
        }
        if removed {
            self.touched.insert(file);
        }
    }

    /// Writes what is new of tables: into the file of the table, or into one of its own.
    fn add_tables(&mut self) {
        let (live, before, new) = (self.live, self.before, std::mem::take(&mut self.new));
        let reserved = [SHARED.to_owned()];
        let files = names::files(live.of_kind(KindTag::Table).map(|(id, _)| id), &reserved);
        let folder = before.folder;
        let uses = policy_set::uses(before.loaded, &self.paths, &mut self.documents);
        let of_use = |id: &Id| self.paths.get(id).is_some_and(|path| path.get(2).is_some_and(|key| key == "policies"));
        let unheard_of = |table: &Id| new.contains(table) && before.loaded.place_of(table).is_none();
        let sets = Sets::known(live, &uses, self.choice, &unheard_of, &of_use);
        let concerned = |table: &Id| new.contains(table) || live.children(table).any(|(id, _)| new.contains(id));
        for (table, _) in live.of_kind(KindTag::Table).filter(|(table, _)| concerned(table)) {
            let mut doc = document::table(live, table, &sets, self.choice, &|id| new.contains(id));
            let home = before.loaded.place_of(table).map(|place| place.file);
            let (Some(home), Some(path)) = (home, self.paths.get(table).cloned()) else {
                // Partitions stand with the table that they are partitions of.
                let root = lineage::root(live, table);
                let home = before.loaded.place_of(&root).map(|place| before.loaded.sources[place.file].path.clone());
                let own = || format!("{folder}/{}", files.get(&root).map_or("tables.toml", String::as_str));
                self.append(home.unwrap_or_else(own), &doc.render());
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
                let file = if item.key.is_empty() { None } else { holds(&path) };
                let file = file.or_else(|| holds(&path[..1]));
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
            edit::remove_empty(&mut document, grant::DEFAULTS);
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
