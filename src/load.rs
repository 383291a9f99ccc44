//! `schema/*.toml` read into a [`Schema`], with every mistake shown at its place.
//!
//! The walk: each file becomes a tree of values with their places, the trees are merged (`tree`), readers take the
//! merged tree apart key by key (`fields`) and hand objects to the `builder`; constraints wait as drafts until all
//! names are known (`draft`); last come the checks across objects (`verify`). A mistake never stops the walk: it is
//! noted in the `report`, and all of them are shown at once. Only [`load`] reads files.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Context as _;

use crate::error::{Hint as _, failure};
use crate::schema::{Id, Schema};
use crate::sql::{Expr, tokens};

mod aggregate;
mod builder;
mod column;
mod constraint;
mod draft;
mod duplicate;
mod exclusion;
pub(crate) mod fields;
mod function;
mod grant;
mod index;
mod lineage;
pub(crate) mod names;
mod naming;
mod not_ours;
mod policy;
mod policy_set;
pub(crate) mod report;
mod role;
mod sequence;
mod shared;
mod table;
#[cfg(test)]
mod tests;
pub(crate) mod tree;
mod trigger;
mod types;
mod verify;
mod view;

pub(crate) use column::one_of::wording as one_of_wording;
pub(crate) use draft::only_column;
pub(crate) use names::collation_of;
pub(crate) use naming::{joined, make};
pub use not_ours::NotOurs;
pub(crate) use report::shown;
pub use report::{Complaint, Place, Source};

use builder::Builder;
use fields::{Fields, Text};
use report::Report;

/// A declared schema and where its objects are declared.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// The schema.
    pub schema: Schema,
    /// Where each object is declared.
    pub places: HashMap<Id, Place>,
    /// The files, in the order in which they were read.
    pub sources: Vec<Source>,
    /// What PostgreSQL accepts although nobody can want it.
    pub doubts: Vec<Complaint>,
    /// What it refers to and does not declare.
    pub not_ours: NotOurs,
    /// Texts of objects (expressions, types, names of columns) and where each stands.
    texts: HashMap<Id, Vec<Text>>,
}

impl Loaded {
    /// Where an object is declared; nothing for what nobody wrote, such as the namespace `public`.
    pub fn place_of(&self, id: &Id) -> Option<&Place> {
        self.places.get(id)
    }

    /// Where a text of an object stands, such as a default or a policy's USING; else where the object is declared.
    pub fn place_of_text(&self, id: &Id, text: &str) -> Option<&Place> {
        let known = self.texts.get(id).map_or(&[][..], Vec::as_slice);
        let same = known.iter().find(|known| known.text == text);
        let same = same.or_else(|| known.iter().find(|known| Expr::from(known.text.as_str()) == text.into()));
        same.map(|known| &known.at).or_else(|| self.place_of(id))
    }

    /// A message about an object at the place where it is declared.
    pub fn complain(&self, id: &Id, message: &str) -> String {
        self.complain_at(self.place_of(id), message)
    }

    /// A message about a text of an object, as [`Loaded::place_of_text`] finds it.
    pub fn complain_of_text(&self, id: &Id, text: &str, message: &str) -> String {
        self.complain_at(self.place_of_text(id, text), message)
    }

    /// The same, with the caret under the token that begins at a byte of the text, where the file holds the text as it
    /// is: no escapes.
    pub fn complain_inside(&self, id: &Id, text: &str, byte: usize, message: &str) -> String {
        let place = self.place_of_text(id, text);
        let exact = place.and_then(|place| {
            let source = self.sources.get(place.file)?;
            // A text without a place of its own stands somewhere behind the object's name.
            let end = if self.place_of(id) == Some(place) { source.text.len() } else { place.span.end };
            let start = place.span.start + source.text.get(place.span.start..end)?.find(text)? + byte;
            let token = tokens(text.get(byte..)?).ok()?.first().map_or(1, |token| token.text.len());
            Some(Place { file: place.file, span: start..start + token })
        });
        self.complain_at(exact.as_ref().or(place), message)
    }

    /// The same, with the caret under a word behind the object's name: on its line, or below its `[header]`. Nothing
    /// where the word does not stand there.
    pub fn complain_near(&self, id: &Id, word: &str, message: &str) -> Option<String> {
        let place = self.place_of(id)?;
        let text = &self.sources.get(place.file)?.text;
        let line = text[..place.span.start].rfind('\n').map_or(0, |newline| newline + 1);
        let behind = text.get(place.span.end..)?;
        let end = if text[line..].starts_with('[') { "\n[" } else { "\n" };
        let behind = behind.split(end).next()?;
        let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
        let whole = |start: &usize| {
            let (before, after) = (behind[..*start].chars().next_back(), behind[start + word.len()..].chars().next());
            !word.starts_with(part_of_name) || ![before, after].into_iter().flatten().any(part_of_name)
        };
        let at = behind.match_indices(word).map(|(start, _)| start).find(whole)? + place.span.end;
        Some(self.complain_at(Some(&Place { file: place.file, span: at..at + word.len() }), message))
    }

    fn complain_at(&self, place: Option<&Place>, message: &str) -> String {
        place.map_or_else(|| message.to_owned(), |place| report::shown(&self.sources, place, message))
    }
}

/// Reads the `*.toml` of a folder, sorted by name; messages show their paths under `shown_as`.
///
/// # Errors
/// The folder or a file cannot be read, or the files have mistakes: one error that lists all of them.
pub fn load(dir: &Path, shown_as: &str) -> anyhow::Result<Loaded> {
    let (mut sources, report) = (Vec::new(), Report::default());
    for name in files_of(dir, shown_as)? {
        let path = format!("{}/{name}", shown_as.trim_end_matches('/'));
        let bytes =
            crate::file::read(&dir.join(&name)).hint(READABLE).with_context(|| format!("cannot read `{path}`"))?;
        let text = String::from_utf8(bytes).unwrap_or_else(|error| {
            let start = error.utf8_error().valid_up_to();
            let at = Place { file: sources.len(), span: start..start + 1 };
            report.hint(&at, "the file is not valid UTF-8", "save it as UTF-8; every editor can");
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        });
        sources.push(Source { path, text });
    }
    read(sources, report).map_err(|complaints| {
        let all: Vec<String> = complaints.into_iter().map(|complaint| complaint.text).collect();
        anyhow::anyhow!(all.join("\n\n"))
    })
}

/// Reads files that are in memory already: pairs of a path, as messages show it, and a text.
///
/// # Errors
/// Every mistake in the files, by file and line.
pub fn load_sources(sources: Vec<(String, String)>) -> Result<Loaded, Vec<Complaint>> {
    read(sources.into_iter().map(|(path, text)| Source { path, text }).collect(), Report::default())
}

/// What to do about a file that cannot be read.
const READABLE: &str = "it has to be a file that you may read; its owner and mode are shown by `ls -l`";

/// The names of the schema files in a folder, sorted.
fn files_of(dir: &Path, shown_as: &str) -> anyhow::Result<Vec<String>> {
    let hint = "declare a table in `schema/NAME.toml`; the README shows how";
    if !dir.is_dir() {
        return Err(failure(format!("there is no folder `{shown_as}` with the declared schema"), hint));
    }
    let mut names = Vec::new();
    for entry in std::fs::read_dir(dir).hint(READABLE).with_context(|| format!("cannot read `{shown_as}`"))? {
        let name = entry.with_context(|| format!("cannot read `{shown_as}`"))?.file_name();
        let name = name.to_string_lossy().into_owned();
        // Editors leave hidden copies beside the file that they save.
        names.extend((name.ends_with(".toml") && !name.starts_with('.')).then_some(name));
    }
    if names.is_empty() {
        return Err(failure(format!("`{shown_as}` holds no `*.toml`"), hint));
    }
    names.sort();
    Ok(names)
}

/// What the sources refer to and nobody declares or names as unmanaged, whatever else is wrong with them.
pub(crate) fn undeclared(sources: Vec<(String, String)>) -> NotOurs {
    let sources = sources.into_iter().map(|(path, text)| Source { path, text }).collect();
    let (loaded, types, _) = understand(sources, &Report::default());
    not_ours::undeclared(&loaded, &types)
}

/// Reads the sources into a schema, and checks it.
fn read(sources: Vec<Source>, report: Report) -> Result<Loaded, Vec<Complaint>> {
    let (mut loaded, types, sound) = understand(sources, &report);
    // What a file that could not be parsed declares would only seem to be missing.
    if sound {
        verify::all(&loaded, &types, &report);
    }
    if !report.is_empty() {
        return Err(report.complaints(&loaded.sources));
    }
    loaded.doubts = report.doubts(&loaded.sources);
    Ok(loaded)
}

/// Reads the sources into a schema, with the types that it uses; says whether every file could be parsed.
fn understand(mut sources: Vec<Source>, report: &Report) -> (Loaded, Vec<Text>, bool) {
    // A checkout with other line ends declares the same.
    sources.iter_mut().for_each(|source| source.text = source.text.replace("\r\n", "\n"));
    let (tree, sound) = tree::read(&sources, report);
    let mut builder = Builder::new(report);
    let at = Place { file: 0, span: 0..0 };
    let mut fields = Fields::over(report, &tree, &at);
    role::all(&mut builder, &mut fields);
    shared::namespaces(&mut builder, &mut fields);
    shared::extensions(&mut builder, &mut fields);
    shared::enums(&mut builder, &mut fields);
    types::all(&mut builder, &mut fields);
    sequence::all(&mut builder, &mut fields);
    function::all(&mut builder, &mut fields);
    aggregate::all(&mut builder, &mut fields);
    let sets = policy_set::all(report, &mut fields);
    table::all(&mut builder, &mut fields, &sets);
    view::all(&mut builder, &mut fields);
    sequence::of_defaults(&mut builder);
    sequence::rename(&mut builder);
    let not_ours = not_ours::read(report, &mut fields);
    grant::defaults(&mut builder, &mut fields);
    fields.finish();
    draft::settle(&mut builder);
    lineage::settle(&mut builder);
    lineage::settle_index_names(&mut builder);
    let types = std::mem::take(&mut builder.types);
    let mut loaded = builder.finish(sources);
    loaded.not_ours = not_ours;
    (loaded, types, sound)
}
