//! A plan cut into the files that it needs, each with the way back.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::diff::{Change, diff, follow, follow_value, rename};
use crate::kind::{KindTag, Known, Object, all_texts, index_partition, lineage, says};
use crate::plan::body::prepared;
use crate::plan::{Move, Options, Plan, Run, Step, plan};
use crate::schema::{Entry, Id, Schema};
use crate::sql::Expr;

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
    let Some(between) = &plan.between else { return cut(current, desired, &plan.moves, options) };
    let (there, on) = plan.moves.split_at(between.moves.min(plan.moves.len()));
    let mut parts = cut(current, &between.schema, there, options);
    parts.extend(cut(&between.schema, desired, on, options));
    parts
}

fn cut(current: &Schema, desired: &Schema, moves: &[Move], options: Options) -> Vec<Part> {
    let runs = runs(moves);
    let mut before = current.clone();
    let mut begun = HashSet::new();
    let mut parts = Vec::new();
    for (run, steps, done) in runs {
        let after = apply(&before, desired, &done, current);
        let transactional = run != Run::Alone;
        let aim = leave_whole(&before, &after, &begun);
        let down = way_back(&after, &aim, &done, Options { online: !transactional, ..options });
        if !steps.is_empty() {
            let (steps, down) = if transactional { (prepared(steps), prepared(down)) } else { (steps, down) };
            parts.push(Part { transactional, steps, down, before });
        }
        let new = done.iter().filter(|each| each.interim.is_some() && matches!(each.change, Change::Create(_)));
        begun.extend(new.map(|each| each.change.id().clone()));
        before = after;
    }
    parts
}

/// What becomes a file: how it runs, its statements, and the moves that are done with it.
type FileOf<'a> = (Run, Vec<Step>, Vec<&'a Move>);

/// The moves by how they run.
fn runs(moves: &[Move]) -> Vec<FileOf<'_>> {
    let mut runs: Vec<FileOf<'_>> = Vec::new();
    for each in moves {
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
    join(runs)
}

/// A single statement that only begins what becomes whole outside of transactions needs no file of its own before it.
fn join(runs: Vec<FileOf<'_>>) -> Vec<FileOf<'_>> {
    let mut joined: Vec<FileOf<'_>> = Vec::new();
    for (run, mut steps, mut done) in runs {
        if run == Run::Alone
            && let Some((Run::Together, begun, by)) = joined.last()
            && begun.len() == 1
            && by.iter().all(|each| each.interim.is_some() && matches!(each.change, Change::Create(_)))
            && let Some((_, begun, by)) = joined.pop()
        {
            steps.splice(0..0, begun.into_iter().map(Step::alone));
            done.splice(0..0, by);
        }
        match joined.last_mut() {
            Some((Run::Alone, before, by)) if run == Run::Alone => {
                before.extend(steps);
                by.extend(done);
            }
            _ => joined.push((run, steps, done)),
        }
    }
    joined
}

/// Where a way back leads: what the plan had begun to make before may stay whole, since it goes with the next one; but for
/// the name of a NOT NULL, which another column may take back first.
fn leave_whole(before: &Schema, after: &Schema, begun: &HashSet<Id>) -> Schema {
    let mut aim = before.clone();
    let is_named = |id: &Id| matches!(after.object(id), Some(Object::Column(it)) if it.not_null_as.name.is_some());
    for id in begun.iter().filter(|id| !in_tables_above(id, after).iter().any(is_named)) {
        if let (Some(entry), Some(whole)) = (aim.get_mut(id), after.object(id)) {
            entry.object.clone_from(whole);
        }
    }
    aim
}

/// A column, and those that it has from other tables: a partition's refuses NULL as they do. Anything else is alone.
fn in_tables_above(id: &Id, schema: &Schema) -> Vec<Id> {
    let table = id.table().filter(|_| id.kind == KindTag::Column);
    let above = table.map(|table| lineage::above(schema, &table)).unwrap_or_default();
    let theirs = above.iter().map(|table| Id::of(KindTag::Column, table, &id.name));
    theirs.chain([id.clone()]).collect()
}

/// The schema after some moves of the plan, which begins at another one.
fn apply(before: &Schema, desired: &Schema, moves: &[&Move], current: &Schema) -> Schema {
    let mut after = before.clone();
    after.stand_ins.clone_from(&desired.stand_ins);
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
                if let Some(entry) = each.interim.as_ref().or_else(|| desired.get(id)) {
                    let entry: Entry = entry.clone();
                    after.insert(id.clone(), entry);
                }
            }
        }
    }
    // Only now the parents have all that their partitions have a part of.
    let made = moves.iter().filter_map(|each| match &each.change {
        Change::Create(id) | Change::Alter(id) => Some(id),
        _ => None,
    });
    made.for_each(|id| expect_copies(id, [before, current], &mut after));
    let named = moves.iter().map(|each| each.change.id()).filter(|id| id.kind == KindTag::IndexPartition);
    named.for_each(|id| index_partition::note_name(&mut after, id));
    after
}

/// A partition has keys and indexes that nobody declares: the way back has to know them. Those that were its own may be
/// counted as gone by then.
fn expect_copies(id: &Id, before: [&Schema; 2], after: &mut Schema) {
    let Some(Object::Partition(partition)) = after.object(id) else { return };
    let copies = partition.expected_copies(id, before, after);
    if let Some(Object::Partition(partition)) = after.get_mut(id).map(|entry| &mut entry.object) {
        partition.copies = Known(copies);
    }
}

/// What something was called before renames: what it stands in may have had another name, too.
fn before_renames<'a>(id: &Id, renames: impl DoubleEndedIterator<Item = &'a Change>) -> Id {
    renames.rev().fold(id.clone(), |mut id, change| {
        if let Change::Rename { from, to } = change {
            id.follow(to, from);
        }
        id
    })
}

/// What the renames that come later make of it.
fn after_renames<'a>(id: &Id, renames: impl Iterator<Item = &'a Change>) -> Id {
    renames.fold(id.clone(), |mut id, change| {
        if let Change::Rename { from, to } = change {
            id.follow(from, to);
        }
        id
    })
}

/// The statements that lead from `after` back to `before`.
fn way_back(after: &Schema, before: &Schema, moves: &[&Move], options: Options) -> Vec<Step> {
    let mut before = before.clone();
    before.renamed_from.clear();
    before.renamed_values = BTreeMap::new();
    let changes: Vec<&Change> = moves.iter().map(|each| &each.change).collect();
    for (at, change) in changes.iter().enumerate() {
        let earlier = || changes[..at].iter().copied();
        match change {
            Change::Rename { from, to } => {
                let now = after_renames(to, changes[at + 1..].iter().copied());
                before.renamed_from.insert(before_renames(from, earlier()), now.name);
            }
            Change::RenameValue { id, from, to } => {
                let values = before.renamed_values.entry(before_renames(id, earlier())).or_default();
                values.push((to.clone(), from.clone()));
            }
            _ => {}
        }
    }
    let (mut after, renames) = rename(&Arc::new(after.clone()), &before);
    forget_wordings(&mut after, &before);
    let changes = diff(&after, &before);
    forget_shapes(&changes, &renames, &mut after);
    // A file that runs each statement by itself can use the value that the one before has added.
    if !options.online {
        use_at_once(&changes, &after, &mut before);
    }
    plan(&after, &before, &renames, &changes, options).steps().cloned().collect()
}

/// What is said of a column that gets its former type back is worded once more by the server, with casts that it had
/// not before: it is made anew, in the words of before.
fn forget_wordings(after: &mut Arc<Schema>, before: &Schema) {
    let retyped = before.of_kind(KindTag::Column).filter(|(id, entry)| match (after.object(id), &entry.object) {
        (Some(Object::Column(from)), Object::Column(to)) => from.is_retyped(to),
        _ => false,
    });
    let columns: Vec<&Id> = retyped.map(|(id, _)| id).collect();
    for column in columns {
        let table = column.table();
        let parts = table.iter().flat_map(|table| before.children(table)).filter(|(id, _)| {
            matches!(id.kind, KindTag::Check | KindTag::Index | KindTag::Exclusion) && after.contains(id)
        });
        let parts: Vec<&Id> = parts.map(|(id, _)| id).collect();
        for id in parts {
            let texts = Arc::make_mut(after).get_mut(id).map(|entry| entry.object.texts_mut()).unwrap_or_default();
            for text in texts.into_iter().filter(|text| text.mentions(&column.name)) {
                *text = Expr::known_as(text.as_str(), "");
            }
        }
    }
}

/// A view that reads something else under the name of a column is another one, whatever its columns are called.
fn forget_shapes(changes: &[Change], renames: &[Change], after: &mut Arc<Schema>) {
    let column = |change: &Change| matches!(change, Change::Rename { from, .. } if from.kind == KindTag::Column);
    if !renames.iter().any(column) {
        return;
    }
    for id in changes.iter().filter(|change| matches!(change, Change::Alter(_))).map(Change::id) {
        if let Some(Object::View(view)) = Arc::make_mut(after).get_mut(id).map(|entry| &mut entry.object) {
            view.shape = Known::default();
        }
    }
}

/// A way back is one transaction: an enum's value that it brings back and uses has to come with a new type.
fn use_at_once(changes: &[Change], after: &Schema, before: &mut Schema) {
    let said: Vec<String> = changes.iter().filter_map(|c| before.object(c.id())).flat_map(all_texts).collect();
    for change in changes {
        if let (Some(Object::Enum(from)), Some(entry)) = (after.object(change.id()), before.get_mut(change.id()))
            && let Object::Enum(to) = &mut entry.object
        {
            let used = to.new_values(from).any(|value| says(&said, value));
            to.at_once = Known(used);
        }
    }
}
