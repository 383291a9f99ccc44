//! `--dry-run`: what would be planted, what would be blocked meanwhile, and for about how long.

use std::time::Duration;

use anyhow::Result;

use super::force::Standing;
use super::guard;
use super::model::{Made, Piece, Rows};
use super::order::Batch;
use super::plant_bulk;
use super::summary::{Summary, TableCounts, rounded, shown};
use super::{Job, known::Known};

/// Fills a summary with what would be done.
pub(super) fn preview(
    job: &Job<'_>,
    standing: &[Standing],
    batches: &[Batch<'_>],
    mut summary: Summary,
) -> Result<Summary> {
    let mut known = Known::default();
    let mut whole = Duration::ZERO;
    for piece in batches.iter().flat_map(|batch| &batch.pieces) {
        let rows = count(piece, &mut known)?;
        let indexes = standing.iter().find(|one| one.table == piece.table).map_or((1, 0), |one| one.indexes);
        whole += guard::estimate(rows, indexes);
        let name = shown(&piece.table);
        match summary.tables.iter_mut().find(|counts| counts.table == name) {
            Some(counts) => counts.inserted += rows,
            None => summary.tables.push(TableCounts { table: name, inserted: rows, ..TableCounts::default() }),
        }
    }
    let scripts = job.seeds.files.iter().filter_map(|file| file.script.as_ref().map(|script| (file, script)));
    whole += scripts
        .map(|(_, script)| Duration::from_millis(2) * u32::try_from(script.statements.len()).unwrap_or(1))
        .sum::<Duration>();
    summary.seconds = rounded(whole);
    summary.blocked_seconds = if summary.lifted.is_empty() { 0.0 } else { rounded(whole) };
    Ok(summary)
}

/// How many rows a piece has. A file is read through, so that what is wrong in it is found now.
fn count(piece: &Piece, known: &mut Known) -> Result<u64> {
    let rows = match &piece.rows {
        Rows::Bulk(file) => plant_bulk::count(file)?,
        Rows::Made(Made { repeat, each, .. }) => {
            let outer = each.as_ref().map_or(1, |each| known.count(each).unwrap_or_default());
            repeat.saturating_mul(outer)
        }
    };
    known.insert(piece.own(), super::known::Rows { count: rows, ..super::known::Rows::default() });
    Ok(rows)
}
