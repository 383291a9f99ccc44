//! Schema -> `schema/*.toml` as a person would have written it, or the author's own files with what differs changed.
//!
//! What each kind says of itself is in [`write`](self::write) and the files beside it; [`document`] gathers objects into
//! tables, [`layout`] makes text of them, [`merge`] changes files that are there already. Whatever comes out is read
//! back by the loader before anybody gets to see it: what does not mean what the database holds is an error, never a
//! file. Pure.

use std::collections::{BTreeMap, HashSet};

use crate::diff::adopt;
use crate::error::failure;
use crate::kind::{KindTag, Object, lineage};
use crate::load::{Loaded, load_sources};
use crate::schema::{DEFAULT_NAMESPACE, Id, Schema};

mod aggregate;
mod column;
mod constraint;
mod document;
mod edit;
mod exclusion;
mod function;
mod grant;
mod index;
mod layout;
mod merge;
mod names;
mod not_ours;
mod paths;
mod policy;
mod policy_set;
pub(crate) mod role;
mod sequence;
mod trigger;
mod types;
mod value;
mod view;
mod write;

use document::Choice;
use policy_set::Sets;

/// The file of what belongs to no table, without its ending.
const SHARED: &str = "shared";

/// What stands in the file of an empty database: a folder without files would look like a mistake.
const NOTHING: &str = "# There was nothing in the database.\n";

/// Files that are there already.
pub struct Before<'a> {
    /// What they declare.
    pub loaded: &'a Loaded,
    /// The same in the server's words, wherever these are known.
    pub worded: &'a Schema,
    /// The folder, as the paths of the files begin.
    pub folder: &'a str,
    /// Whether an object is one that the database was asked about.
    pub in_scope: &'a dyn Fn(&Id) -> bool,
}

/// The texts of all files, by their paths under `folder`; of a folder with files, every file that stays.
///
/// # Errors
/// Something cannot be declared, or would not be read back as it is.
pub fn pull(live: &Schema, folder: &str, before: Option<&Before<'_>>) -> anyhow::Result<BTreeMap<String, String>> {
    let live = &declarable(live, before);
    let mut choice = Choice::default();
    loop {
        let mut files = match before {
            Some(before) => merge::merge(live, before, &choice)?,
            None => fresh(live, folder, &choice),
        };
        if files.is_empty() {
            files.insert(format!("{folder}/{SHARED}.toml"), NOTHING.to_owned());
        }
        let read = match read_back(&files) {
            Err(wrong) if !not_ours::name(&mut files, folder) => return Err(wrong),
            Err(_) => read_back(&files)?,
            Ok(read) => read,
        };
        let wrong = differences(live, before, &read);
        if wrong.is_empty() {
            return Ok(files);
        }
        if !learn(live, &wrong, &mut choice) {
            return Err(not_the_same(&wrong));
        }
    }
}

/// What is live as far as it can be declared: that the build of an index failed is no part of a declaration,
/// nor are roles that it does not name.
fn declarable(live: &Schema, before: Option<&Before<'_>>) -> Schema {
    let mut schema = live.clone();
    role::keep_named(&mut schema, before.map(|before| &before.loaded.schema));
    for (_, entry) in schema.iter_mut() {
        if let Object::Index(index) = &mut entry.object {
            index.valid = true;
        }
    }
    schema
}

/// New files: one a table, and one for what is shared, or one a kind of it where that is much.
fn fresh(live: &Schema, folder: &str, choice: &Choice) -> BTreeMap<String, String> {
    let sets = Sets::of(live, choice);
    let shared = document::shared(live, &sets, choice, &|_| true);
    let mut files = BTreeMap::new();
    let mut reserved = vec![SHARED.to_owned()];
    if document::is_apart(&shared) {
        for section in &shared {
            let name = document::file_of(&section.name);
            reserved.push(name.trim_end_matches(".toml").to_owned());
            files.insert(format!("{folder}/{name}"), section.render_top());
        }
    } else if !shared.is_empty() {
        files.insert(format!("{folder}/{SHARED}.toml"), document::render(&shared));
    }
    let names = names::files(live.of_kind(KindTag::Table).map(|(id, _)| id), &reserved);
    for (id, name) in names.into_iter().filter(|(id, _)| lineage::root(live, id) == **id) {
        // Partitions stand below the table that they are partitions of.
        let all = lineage::partitions_below(live, id);
        let one = |id: &Id| document::table(live, id, &sets, choice, &|_| true).render();
        files.insert(format!("{folder}/{name}"), all.iter().map(one).collect::<Vec<_>>().join("\n"));
    }
    files
}

fn read_back(files: &BTreeMap<String, String>) -> anyhow::Result<Loaded> {
    let sources = files.iter().map(|(path, text)| (path.clone(), text.clone())).collect();
    load_sources(sources).map_err(|complaints| {
        let all: Vec<String> = complaints.into_iter().take(5).map(|complaint| complaint.text).collect();
        let message = format!("the database holds what cannot be declared yet:\n{}", all.join("\n\n"));
        failure(message, "nothing was written; leave it out with `ignore` in `dbtool.toml`, or report it")
    })
}

/// The objects that would not be read back as they are.
fn differences(live: &Schema, before: Option<&Before<'_>>, read: &Loaded) -> Vec<Id> {
    let mut found = read.schema.clone();
    adopt(&mut found, live);
    let mut wrong: Vec<Id> = Vec::new();
    for (id, entry) in live.iter().filter(|(id, entry)| found.get(id) != Some(*entry)) {
        // The author's own words, which the server says mean the same.
        let untouched = before.is_some_and(|before| {
            before.worded.get(id) == Some(entry) && read.schema.get(id) == before.loaded.schema.get(id)
        });
        // A list that says nothing new: the author need not say it, and no difference is seen in it.
        let unsaid = before.is_some_and(|before| !before.worded.contains(id)) && !read.schema.contains(id);
        let means_nothing = unsaid && grant::is_only_written(entry);
        wrong.extend((!untouched && !means_nothing).then(|| id.clone()));
    }
    let ours = |id: &Id| before.is_none_or(|before| (before.in_scope)(id));
    let unsaid = |id: &Id| *id == Id::new(KindTag::Namespace, "", DEFAULT_NAMESPACE) && read.place_of(id).is_none();
    wrong.extend(found.iter().map(|(id, _)| id).filter(|id| !live.contains(id) && ours(id) && !unsaid(id)).cloned());
    wrong
}

/// Takes what went wrong into account. Says whether that changes anything.
fn learn(live: &Schema, wrong: &[Id], choice: &mut Choice) -> bool {
    let unnamed = |id: &Id| matches!(id.kind, KindTag::Column | KindTag::SequenceOwner) || id.name.is_empty();
    let named = |id: &Id| id.kind == KindTag::Sequence || (id.kind.belongs_to_table() && !unnamed(id));
    let there: HashSet<&Id> = wrong.iter().filter(|id| live.contains(id)).collect();
    let before = (choice.explicit.len(), choice.anew.len());
    choice.explicit.extend(there.iter().filter(|id| named(id)).map(|id| (*id).clone()));
    let owners = there.iter().filter(|id| id.kind == KindTag::SequenceOwner);
    choice.explicit.extend(owners.map(|id| sequence::of_owner(id)));
    if choice.explicit.len() == before.0 {
        choice.anew.extend(there.into_iter().cloned());
    }
    (choice.explicit.len(), choice.anew.len()) != before
}

fn not_the_same(wrong: &[Id]) -> anyhow::Error {
    let names: Vec<String> = wrong.iter().take(10).map(Id::to_string).collect();
    let more = wrong.len().saturating_sub(names.len());
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    let message = format!("internal error: read back, this would be something else: {}{more}", names.join(", "));
    failure(message, "nothing was written; please report it with the definition of these")
}
