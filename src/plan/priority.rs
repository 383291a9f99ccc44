//! What comes first of what waits for nothing any more.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::order::Operation;
use crate::kind::KindTag;
use crate::plan::Run;
use crate::plan::aside::Way;

/// What nothing has to wait for any more, by priority: as long as there is something that runs as what came last did, it
/// comes next, so that the plan needs few files.
#[derive(Default)]
pub(super) struct Ready {
    together: BinaryHeap<Reverse<(Priority, usize)>>,
    alone: BinaryHeap<Reverse<(Priority, usize)>>,
    late: BinaryHeap<Reverse<(Priority, usize)>>,
    is_alone: bool,
}

impl Ready {
    pub(super) fn push(&mut self, op: &Operation, at: usize) {
        let priority = priority(op, at);
        let heap = match priority.0 {
            0..=TOGETHER => &mut self.together,
            3..=4 => &mut self.alone,
            _ => &mut self.late,
        };
        heap.push(Reverse((priority, at)));
    }

    /// Whether what runs in a transaction is through, and what does not comes next.
    pub(super) fn is_at_a_turn(&self) -> bool {
        !self.is_alone && self.together.is_empty() && !self.alone.is_empty()
    }

    pub(super) fn pop(&mut self) -> Option<usize> {
        let (same, other) = match self.is_alone {
            true => (&mut self.alone, &mut self.together),
            false => (&mut self.together, &mut self.alone),
        };
        let next = same.pop().or_else(|| {
            self.is_alone = !self.is_alone;
            other.pop()
        });
        next.map(|Reverse((_, at))| at)
    }

    pub(super) fn pop_late(&mut self) -> Option<usize> {
        self.late.pop().map(|Reverse((_, at))| at)
    }
}

/// Whether all that it does runs in one way.
pub(super) fn is_all(op: &Operation, run: Run) -> bool {
    !op.steps.is_empty() && op.steps.iter().all(|step| step.run == run)
}

/// Early alterations, drops from the last kind to the first, then creations and alterations in rank order, and what
/// stands outside transactions at the end, so that the plan needs few files. What is about later objects goes before all
/// of it and comes after.
pub(super) type Priority = (u8, usize, usize);

/// The last class of what runs within a transaction.
pub(super) const TOGETHER: u8 = 2;

/// The class of what is about later objects.
pub(super) const LATE: u8 = 5;

/// The class of an operation, its rank there, and its place among its like.
pub(super) fn priority(op: &Operation, at: usize) -> Priority {
    let rank = KindTag::ALL.iter().position(|kind| *kind == op.id.kind).unwrap_or_default();
    let rank_down = KindTag::ALL.len() - rank;
    match op.way {
        Way::Drop if op.id.kind.is_about_later() => (0, rank, at),
        _ if op.id.kind.is_about_later() => (LATE, rank, at),
        _ if is_all(op, Run::Early) => (0, rank, at),
        Way::Drop if op.steps.iter().any(|step| step.run == Run::Alone) => (3, rank_down, at),
        // One may need another that was made before it.
        Way::Drop if op.id.kind == KindTag::Extension => (1, rank_down, usize::MAX - at),
        Way::Drop => (1, rank_down, at),
        _ if op.beside || op.steps.iter().any(|step| step.run == Run::Alone) => (4, rank, at),
        _ => (2, rank, at),
    }
}
