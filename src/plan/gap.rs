//! Gaps: what steps aside and comes back is missing from one file of the plan to another, where statements stand in between
//! that cannot run in a transaction. They are made as small as the dependencies allow, and what stays is said.

use std::collections::HashSet;

use super::order::Operation;
use crate::hazard::{BREAKS_CODE, Hazard, WEAKENS_ACCESS};
use crate::kind::{KindTag, Object};
use crate::plan::aside::Way;
use crate::plan::{Context, Run};
use crate::schema::Id;

/// Moves what goes and comes back to directly before the first that waits for it to be gone, where it would be missing
/// longer than one transaction.
pub(super) fn close(order: &mut [usize], ops: &[Operation], followers: &[Vec<usize>]) {
    let back = coming_back(ops);
    // From the last to the first: one that waits for another is moved before that.
    for place in (0..order.len()).rev().filter(|_| !back.is_empty()) {
        let at = order[place];
        if !goes_for_a_while(&ops[at], &back) {
            continue;
        }
        let waits = |later: &usize| followers[at].contains(&order[*later]);
        let waiting = (place + 1..order.len()).find(waits).unwrap_or(place + 1);
        if order[place + 1..waiting].iter().any(|between| stands_apart(&ops[*between])) {
            order[place..waiting].rotate_left(1);
        }
    }
}

/// Says what is missing while the files in between run, or for as long as one of them fails.
pub(super) fn say_what_is_missing(order: &[usize], ops: &mut [Operation], cx: &Context<'_>) {
    let back = coming_back(ops);
    let mut said: Vec<(usize, Hazard)> = Vec::new();
    for (place, at) in order.iter().enumerate().filter(|(_, at)| goes_for_a_while(&ops[**at], &back)) {
        let made = |later: &usize| makes(&ops[order[*later]]) == Some(&ops[*at].id);
        let made = (place + 1..order.len()).find(made).unwrap_or(place + 1);
        let apart = order[place + 1..made].iter().any(|between| stands_apart(&ops[*between]));
        said.extend(missing(&ops[*at].id, cx).filter(|_| apart).map(|said| (*at, said)));
    }
    for (at, hazard) in said {
        ops[at].steps.iter_mut().take(1).for_each(|step| step.hazards.push(hazard.clone()));
    }
}

/// What is made in a plan that has gaps; nothing in one without.
fn coming_back(ops: &[Operation]) -> HashSet<Id> {
    let has_gaps = ops.iter().any(stands_apart);
    ops.iter().filter(|_| has_gaps).filter_map(makes).cloned().collect()
}

fn goes_for_a_while(op: &Operation, back: &HashSet<Id>) -> bool {
    op.way == Way::Drop && !op.steps.is_empty() && !stands_apart(op) && back.contains(&op.id)
}

fn makes(op: &Operation) -> Option<&Id> {
    (op.way == Way::Create && !op.rest).then_some(&op.id)
}

/// Whether it ends the transaction before it, and the one after begins behind it.
fn stands_apart(op: &Operation) -> bool {
    op.steps.iter().any(|step| step.run != Run::Together)
}

fn missing(id: &Id, cx: &Context<'_>) -> Option<Hazard> {
    let (name, until) = (&id.name, "until a later file brings it back");
    match cx.current.object(id)? {
        Object::View(_) => Some(BREAKS_CODE.because(format!("`{name}` is missing {until}"))),
        Object::Trigger(_) => Some(BREAKS_CODE.because(format!("`{name}` on `{}` does not fire {until}", id.owner))),
        Object::Policy(policy) if !policy.permissive => {
            Some(WEAKENS_ACCESS.because(format!("`{name}` does not restrict `{}` {until}", id.owner)))
        }
        Object::Policy(_) => {
            Some(BREAKS_CODE.because(format!("`{name}` lets no rows of `{}` through {until}", id.owner)))
        }
        Object::Partition(tie) if id.kind == KindTag::Partition => {
            let of = tie.parent().name;
            let gone = BREAKS_CODE.because(format!("rows of `{}` are not in `{of}` {until}", id.owner));
            Some(gone.of_rows(id.table()))
        }
        _ => None,
    }
}
