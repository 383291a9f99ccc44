//! Which rows come first: those that others refer to, and tables before those whose foreign keys lead to them. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::model::{Made, Piece, Rows, SeedFile};
use crate::kind::{ForeignKey, KindTag};
use crate::load::Place;
use crate::schema::{Id, Schema};

/// Rows that are written in one go: of one table, with the same columns.
#[derive(Debug)]
pub(super) struct Batch<'a> {
    /// The name of the file that they come from.
    pub file: &'a str,
    /// The rows; several pieces only where each is a single row.
    pub pieces: Vec<&'a Piece>,
}

/// Rows that refer to each other in a circle: what they are called and where the first stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cycle {
    /// The rows, each followed by one that it refers to.
    pub rows: Vec<String>,
    /// Where the first of them stands.
    pub at: Place,
}

/// Orders the rows of several files.
///
/// # Errors
/// Rows that refer to each other in a circle.
pub(super) fn order<'a>(files: &[&'a SeedFile], schema: &Schema) -> Result<Vec<Batch<'a>>, Cycle> {
    let pieces: Vec<(&str, &Piece)> =
        files.iter().flat_map(|file| file.pieces.iter().map(|piece| (file.name.as_str(), piece))).collect();
    let ranks = ranks(pieces.iter().map(|(_, piece)| &piece.table).collect(), schema);
    let by_handle: HashMap<_, usize> = pieces.iter().enumerate().map(|(at, (_, piece))| (piece.own(), at)).collect();
    let needs: Vec<BTreeSet<usize>> = pieces
        .iter()
        .enumerate()
        .map(|(at, (_, piece))| {
            let others = piece.refers_to().into_iter().filter_map(|(handle, ..)| by_handle.get(&handle).copied());
            // A row may name itself for its tenant: it is known when it is written.
            others.filter(|other| *other != at || names_itself(piece)).collect()
        })
        .collect();
    let mut waiting: BTreeMap<(usize, usize), usize> =
        (0..pieces.len()).map(|at| ((ranks[&pieces[at].1.table], at), at)).collect();
    let (mut done, mut batches, mut sorted): (BTreeSet<usize>, Vec<Batch<'a>>, Vec<usize>) = Default::default();
    while !waiting.is_empty() {
        let ready = waiting.iter().find(|(_, at)| needs[**at].is_subset(&done)).map(|(key, at)| (*key, *at));
        let Some((key, at)) = ready else { return Err(cycle(&pieces, &needs, &done)) };
        waiting.remove(&key);
        let (file, piece) = pieces[at];
        match batches.last_mut() {
            Some(last) if joins(last, file, piece) && sorted.iter().all(|other| !needs[at].contains(other)) => {
                last.pieces.push(piece);
                sorted.push(at);
            }
            _ => {
                batches.push(Batch { file, pieces: vec![piece] });
                sorted = vec![at];
            }
        }
        done.insert(at);
    }
    Ok(batches)
}

/// Whether a column of the row, not only its tenant, is one of its own.
fn names_itself(piece: &Piece) -> bool {
    let Rows::Made(made) = &piece.rows else { return false };
    let own = piece.own();
    let is_own =
        |value: &super::model::Value| matches!(value, super::model::Value::Ref { handle, .. } if *handle == own);
    made.cells.values().any(|cell| cell.value.parts().into_iter().any(is_own))
}

/// Whether a row can be written together with those before it.
fn joins(batch: &Batch<'_>, file: &str, piece: &Piece) -> bool {
    let single = |piece: &Piece| matches!(&piece.rows, Rows::Made(Made { repeat: 1, each: None, .. }));
    batch.file == file
        && batch.pieces.first().is_some_and(|first| {
            single(first)
                && single(piece)
                && first.table == piece.table
                && first.mode == piece.mode
                && first.key == piece.key
                && first.columns().iter().collect::<BTreeSet<_>>() == piece.columns().iter().collect()
                && drawn(first) == drawn(piece)
        })
}

/// The columns that are drawn anew in each run.
fn drawn(piece: &Piece) -> BTreeSet<&String> {
    let Rows::Made(made) = &piece.rows else { return BTreeSet::new() };
    made.cells.iter().filter(|(_, cell)| cell.value.is_drawn()).map(|(name, _)| name).collect()
}

/// How many tables stand between a table and one that refers to none: tables that refer to each other are equal.
fn ranks(tables: BTreeSet<&Id>, schema: &Schema) -> HashMap<Id, usize> {
    let direct = |table: &Id| -> Vec<Id> {
        let keys = schema.children_of(table, KindTag::ForeignKey);
        let keys = keys.filter_map(|(_, entry)| <&ForeignKey>::try_from(&entry.object).ok());
        keys.map(|key| Id::new(KindTag::Table, &key.references_namespace, &key.references_table)).collect()
    };
    let mut reach: HashMap<Id, BTreeSet<Id>> = HashMap::new();
    let mut todo: Vec<Id> = tables.into_iter().cloned().collect();
    while let Some(table) = todo.pop() {
        if reach.contains_key(&table) {
            continue;
        }
        let (mut found, mut next) = (BTreeSet::new(), direct(&table));
        while let Some(other) = next.pop() {
            if found.insert(other.clone()) {
                next.extend(direct(&other));
            }
        }
        todo.extend(found.iter().cloned());
        reach.insert(table, found);
    }
    // What a table reaches and what does not reach it back comes before it.
    let before = |table: &Id| reach[table].iter().filter(|other| !reach[*other].contains(table)).count();
    reach.keys().map(|table| (table.clone(), before(table))).collect()
}

fn cycle(pieces: &[(&str, &Piece)], needs: &[BTreeSet<usize>], done: &BTreeSet<usize>) -> Cycle {
    let stuck = (0..pieces.len()).find(|at| !done.contains(at)).unwrap_or_default();
    let (mut path, mut at) = (Vec::new(), stuck);
    // Whoever is stuck needs somebody who is stuck: the walk comes back to where it was.
    while !path.contains(&at) {
        path.push(at);
        match needs[at].iter().find(|other| !done.contains(other)) {
            Some(next) => at = *next,
            None => break,
        }
    }
    let start = path.iter().position(|other| *other == at).unwrap_or_default();
    let rows = path[start..].iter().chain([&at]).map(|at| super::read::shown(pieces[*at].1)).collect();
    Cycle { rows, at: pieces[at].1.at.clone() }
}
