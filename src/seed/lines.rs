//! The rows of a batch by their numbers, without a list of them: a template may make millions. Pure.

use anyhow::Result;

use super::known::Known;
use super::model::{Made, Piece, Rows};
use super::template::Position;
use crate::error::failure;

/// How many rows a batch may have; more come from a file, which is streamed.
const MOST: u64 = 10_000_000;

/// A row on its way to the stage.
pub(super) struct Line<'p> {
    pub(super) piece: &'p Piece,
    pub(super) position: Position,
}

/// The rows of a batch.
pub(super) struct Lines<'p> {
    /// The pieces, each with the number of its first row, from 0.
    pieces: Vec<(u64, &'p Piece)>,
    count: u64,
}

impl<'p> Lines<'p> {
    /// The rows of pieces, of which there is at least one.
    ///
    /// # Errors
    /// There are too many.
    pub(super) fn of(pieces: &[&'p Piece], known: &Known) -> Result<Self> {
        let (mut all, mut count) = (Vec::new(), 0_u64);
        for piece in pieces {
            all.push((count, *piece));
            count = count.saturating_add(rows_of(piece, known));
        }
        if count > MOST {
            let hint = format!("a template makes {MOST} at most; put more into a `*.csv`");
            return Err(failure(format!("{count} rows are too many"), hint));
        }
        Ok(Self { pieces: all, count })
    }

    /// A row by its number, from 0; one that is not there is one of the last piece.
    pub(super) fn get(&self, row: usize) -> Line<'p> {
        let row = row as u64;
        let at = self.pieces.partition_point(|(start, _)| *start <= row).saturating_sub(1);
        let (start, piece) = self.pieces[at];
        let row = row - start.min(row);
        let repeat = if let Rows::Made(made) = &piece.rows { made.repeat.max(1) } else { 1 };
        Line { piece, position: Position { row, inner: row % repeat, outer: row / repeat } }
    }

    /// All rows, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Line<'p>> {
        (0..self.count).map(|row| self.get(usize::try_from(row).unwrap_or(usize::MAX)))
    }

    /// The numbers of a piece's rows.
    pub(super) fn of_piece(&self, piece: &Piece) -> std::ops::Range<u64> {
        let at = self.pieces.iter().position(|(_, known)| std::ptr::eq(*known, piece));
        let Some(at) = at else { return 0..0 };
        self.pieces[at].0..self.pieces.get(at + 1).map_or(self.count, |(start, _)| *start)
    }
}

/// How many rows a piece makes.
pub(super) fn rows_of(piece: &Piece, known: &Known) -> u64 {
    let Rows::Made(Made { repeat, each, .. }) = &piece.rows else { return 0 };
    let outer = each.as_ref().map_or(1, |each| known.count(each).unwrap_or_default());
    repeat.saturating_mul(outer)
}
