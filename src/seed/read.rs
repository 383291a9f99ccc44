//! `seeds/` read against the declared schema: every mistake at its place, all of a run at once.
//!
//! What is drawn and what the database has to say is left to others.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::model::{BulkFile, BulkFormat, Piece, Rows, SeedFile, Seeds};
use super::script;
use crate::error::{Hint as _, failure};
use crate::load::report::Report;
use crate::load::{Place, Source, tree};
use crate::schema::Schema;

mod cell;
mod columns;
mod file;
mod key;
pub(super) use key::unique_keys;
mod table;

/// What the files are read against.
pub(super) struct Reading<'a> {
    pub(super) schema: &'a Schema,
    pub(super) report: &'a Report,
    /// The folder of the files.
    pub(super) folder: &'a Path,
    /// How messages call it.
    pub(super) shown: &'a str,
    /// The setting that holds the tenant, where `dbtool.toml` names it.
    pub(super) tenant_setting: Option<&'a str>,
}

/// Reads the seed files of a folder.
///
/// # Errors
/// The folder or a file cannot be read, or the files have mistakes: one error that lists all of them.
pub fn read(folder: &Path, shown: &str, schema: &Schema, tenant_setting: Option<&str>) -> anyhow::Result<Seeds> {
    let names = names_of(folder, shown)?;
    let report = Report::default();
    let reading = Reading { schema, report: &report, folder, shown, tenant_setting };
    let mut seeds = Seeds::default();
    let mut attached: HashSet<PathBuf> = HashSet::new();
    for name in names.iter().filter(|name| name.ends_with(".toml")) {
        let at = seeds.sources.len();
        seeds.sources.push(source(folder, shown, name)?);
        let file = toml(&reading, &seeds.sources, at, stem(name));
        attached.extend(file.pieces.iter().filter_map(|piece| match &piece.rows {
            Rows::Bulk(bulk) => Some(bulk.path.clone()),
            Rows::Made(_) => None,
        }));
        seeds.files.push(file);
    }
    for name in names.iter().filter(|name| name.ends_with(".sql")) {
        let at = seeds.sources.len();
        seeds.sources.push(source(folder, shown, name)?);
        seeds.files.push(script::read(&reading, &seeds.sources[at], at, stem(name)));
    }
    for name in names.iter().filter(|name| name.ends_with(".csv") || name.ends_with(".jsonl")) {
        if !attached.contains(&folder.join(name)) {
            let at = seeds.sources.len();
            // Only for messages: what is in it is read when it is planted.
            seeds.sources.push(Source { path: format!("{shown}/{name}"), text: String::new() });
            seeds.files.push(standalone(&reading, at, name));
        }
    }
    seeds.files.sort_by(|a, b| (&a.name, &a.path).cmp(&(&b.name, &b.path)));
    check_references(&seeds, &report);
    if report.is_empty() {
        return Ok(seeds);
    }
    let complaints: Vec<String> = report.complaints(&seeds.sources).into_iter().map(|one| one.text).collect();
    Err(anyhow::anyhow!(complaints.join("\n\n")))
}

/// What to do about a file that cannot be read.
const READABLE: &str = "it has to be a file that you may read, in UTF-8";

/// The names of the files that plant something, sorted.
fn names_of(folder: &Path, shown: &str) -> anyhow::Result<Vec<String>> {
    if !folder.is_dir() {
        let hint = "a seed is `seeds/NAME.toml`, `.sql`, `.csv` or `.jsonl`; the README shows one";
        return Err(failure(format!("there is no folder `{shown}` with seeds"), hint));
    }
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).hint(READABLE).with_context(|| format!("cannot read `{shown}`"))? {
        let name = entry.with_context(|| format!("cannot read `{shown}`"))?.file_name();
        let name = name.to_string_lossy().into_owned();
        let kinds = [".toml", ".sql", ".csv", ".jsonl"];
        let counts = !name.starts_with('.') && kinds.iter().any(|kind| name.ends_with(kind));
        names.extend(counts.then_some(name));
    }
    names.sort();
    Ok(names)
}

/// Seeds are for everything but production.
pub(super) fn check_environments(reading: &Reading<'_>, names: &[String], at: &Place) {
    if names.is_empty() {
        reading.report.hint(at, "no environment is named", "leave it out, and the seed is for all but production");
    }
    for name in names.iter().filter(|name| super::environment::is_production(name)) {
        let hint = "seeds are for everything else; what production needs is a migration";
        reading.report.hint(at, format!("nothing is ever planted in `{name}`"), hint);
    }
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Reads a file as text with line ends of one kind.
fn source(folder: &Path, shown: &str, name: &str) -> anyhow::Result<Source> {
    let path = format!("{shown}/{name}");
    let bytes =
        crate::file::read(&folder.join(name)).hint(READABLE).with_context(|| format!("cannot read `{path}`"))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        failure(format!("{path}:{line}: byte {at} of the file is not UTF-8"), "save it as UTF-8; every editor can")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n");
    Ok(Source { path, text })
}

fn toml(reading: &Reading<'_>, sources: &[Source], at: usize, name: &str) -> SeedFile {
    let path = sources[at].path.clone();
    let tree = tree::one(&sources[at], at, reading.report);
    let file = tree.map(|tree| file::read(reading, &tree, at)).unwrap_or_default();
    SeedFile { name: name.to_owned(), path, ..file }
}

/// A file of rows that no TOML names: its own name is the table's.
fn standalone(reading: &Reading<'_>, at: usize, name: &str) -> SeedFile {
    let place = Place { file: at, span: 0..0 };
    let bulk = BulkFile {
        path: reading.folder.join(name),
        shown: format!("{}/{name}", reading.shown),
        format: format_of(name),
        columns: Vec::new(),
    };
    let piece = table::standalone(reading, stem(name), bulk, place);
    let path = format!("{}/{name}", reading.shown);
    SeedFile { name: stem(name).to_owned(), path, pieces: piece.into_iter().collect(), ..SeedFile::default() }
}

/// How a file is written, by its ending.
pub(super) fn format_of(name: &str) -> BulkFormat {
    if name.ends_with(".jsonl") { BulkFormat::Jsonl } else { BulkFormat::Csv { delimiter: b',', null: None } }
}

/// Every reference has to lead to rows that are there, and no two rows have one name.
fn check_references(seeds: &Seeds, report: &Report) {
    let mut known: HashMap<_, &Piece> = HashMap::new();
    for piece in seeds.pieces().filter(|piece| !piece.handle.is_empty()) {
        if let Some(before) = known.insert(piece.own(), piece) {
            let message = format!("`{}` is there twice", shown(piece));
            report.both(&piece.at, message, &before.at, "it is here too");
        }
    }
    for piece in seeds.pieces() {
        for (handle, column, at) in piece.refers_to() {
            let Some(target) = known.get(&handle) else {
                let of_table = known.keys().filter(|other| other.table == handle.table);
                let near = crate::types::nearest(&handle.name, of_table.map(|other| other.name.as_str()));
                let hint = near.map_or_else(
                    || {
                        format!(
                            "a row is called `{}` by writing it as `[table.{}.row.{}]`",
                            handle.name, handle.table.name, handle.name
                        )
                    },
                    |near| format!("did you mean `{near}`?"),
                );
                report.hint(&at, format!("there are no rows `{}` of `{}`", handle.name, handle.table.name), hint);
                continue;
            };
            let found = column.is_none_or(|column| is_findable(target, &column));
            if !found {
                let message = format!("the row `{}` cannot be found again after it was inserted", shown(target));
                report.hint(&at, message, "give its table a `key`, or the row the column that is referred to");
            }
        }
    }
}

/// Whether a column of planted rows can be known.
fn is_findable(piece: &Piece, column: &str) -> bool {
    !piece.key.is_empty() || piece.columns().iter().any(|given| given == column)
}

/// A piece as messages call it.
pub(super) fn shown(piece: &Piece) -> String {
    format!("{}.{}", piece.table.name, piece.handle)
}

/// The columns that are referred to, by the rows that have them.
pub(super) fn wanted(seeds: &Seeds) -> HashMap<super::model::Handle, BTreeSet<String>> {
    let mut all: HashMap<_, BTreeSet<String>> = HashMap::new();
    for (handle, column, _) in seeds.pieces().flat_map(Piece::refers_to) {
        all.entry(handle).or_default().extend(column);
    }
    all
}
