//! A plan cut into the files that it needs, each with the way back.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diff::{Change, diff, follow, follow_value, rename};
use crate::kind::{Known, Object};
use crate::plan::{Move, Options, Plan, Run, Step, plan};
use crate::schema::{Entry, Id, Schema};

/// The statements of one migration file.
#[derive(Debug, Clone)]
pub struct Part {
    /// Whether they run in one transaction, or each by itself.
    pub transactional: bool,
    /// The statements.
    pub steps: Vec<Step>,
    /// The statements that undo them.
    pub down: Vec<Step>,
    /// The schema before them.
    pub before: Schema,
}

/// Cuts a plan into files: statements that can share a transaction stay together.
pub fn parts(current: &Schema, desired: &Schema, plan: &Plan, options: Options) -> Vec<Part> {
    let mut runs: Vec<(Run, Vec<Step>, Vec<&Move>)> = Vec::new();
    for each in &plan.moves {
        if each.steps.is_empty() {
            match runs.last_mut() {
                Some((_, _, done)) => done.push(each),
                None => runs.push((Run::Together, Vec::new(), vec![each])),
            }
            continue;
        }
        for step in &each.steps {
            match runs.last_mut() {
                Some((run, steps, _)) if *run == step.run || steps.is_empty() => {
                    *run = step.run;
                    steps.push(step.clone());
                }
                _ => runs.push((step.run, vec![step.clone()], Vec::new())),
            }
        }
        if let Some((_, _, done)) = runs.last_mut() {
            done.push(each);
        }
    }
    let mut before = current.clone();
    let mut parts = Vec::new();
    for (run, steps, done) in runs {
        let after = apply(&before, desired, &done);
        let transactional = run != Run::Alone;
        let down = way_back(&after, &before, &done, Options { online: !transactional, ..options });
        if !steps.is_empty() {
            parts.push(Part { transactional, steps, down, before });
        }
        before = after;
    }
    parts
}

/// The schema after some moves of the plan.
fn apply(before: &Schema, desired: &Schema, moves: &[&Move]) -> Schema {
    let mut after = before.clone();
    for each in moves {
        match &each.change {
            Change::Rename { from, to } => after = follow(&after, from, to),
            Change::RenameValue { id, from, to } => after = follow_value(&after, id, from, to),
            Change::Drop(id) => {
                // A check may be called like a table, and has no children.
                let table = Some(id).filter(|id| id.kind.owns());
                let children = table.map(|table| after.children(table).map(|(child, _)| child.clone()).collect());
                for gone in children.unwrap_or_else(Vec::new).iter().chain([id]) {
                    after.remove(gone);
                }
            }
            Change::Create(id) | Change::Alter(id) => {
                if let Some(entry) = desired.get(id) {
                    let entry: Entry = entry.clone();
                    after.insert(id.clone(), entry);
                    expect_copies(id, before, &mut after);
                }
            }
        }
    }
    after
}

/// A partition has keys and indexes that nobody declares: the way back has to know them.
fn expect_copies(id: &Id, before: &Schema, after: &mut Schema) {
    let Some(Object::Partition(partition)) = after.object(id) else { return };
    let copies = partition.expected_copies(id, before, after);
    if let Some(Object::Partition(partition)) = after.get_mut(id).map(|entry| &mut entry.object) {
        partition.copies = Known(copies);
    }
}

/// What a renamed part of a table was called before, if the table was renamed in the same go: tables come first.
fn under_former_table(part: &Id, moves: &[&Move]) -> Id {
    let former = moves.iter().find_map(|each| match &each.change {
        Change::Rename { from, to } if part.table().as_ref() == Some(to) => Some(from.name.clone()),
        _ => None,
    });
    Id { owner: former.unwrap_or_else(|| part.owner.clone()), ..part.clone() }
}

/// The statements that lead from `after` back to `before`.
fn way_back(after: &Schema, before: &Schema, moves: &[&Move], options: Options) -> Vec<Step> {
    let mut before = before.clone();
    let back = moves.iter().filter_map(|each| match &each.change {
        Change::Rename { from, to } => Some((under_former_table(from, moves), to.name.clone())),
        _ => None,
    });
    before.renamed_from = back.collect();
    before.renamed_values = BTreeMap::new();
    for each in moves {
        if let Change::RenameValue { id, from, to } = &each.change {
            before.renamed_values.entry(id.clone()).or_default().push((to.clone(), from.clone()));
        }
    }
    let (after, renames) = rename(&Arc::new(after.clone()), &before);
    let changes = diff(&after, &before);
    plan(&after, &before, &renames, &changes, options).steps().cloned().collect()
}
