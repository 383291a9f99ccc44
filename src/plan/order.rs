//! The order of the statements, from the rank of each kind, what depends on what, and who steps aside.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::rename::rename_move;
use super::ring::Rings;
use crate::diff::Change;
use crate::kind::{KindTag, Object, at_birth, is_left_behind, is_taken_over, lineage};
pub(super) use crate::plan::aside::Way;
use crate::plan::aside::{follow_parents, step_aside};
use crate::plan::{Context, Move, Options, Plan, Run, Step};
use crate::schema::{Entry, Id, Schema};
use crate::sql::quote_literal;

/// Orders the statements that turn `current` into `desired`.
///
/// `changes` is what [`crate::diff::diff`] found between the two; `renames` what [`crate::diff::rename`] did to make
/// `current` carry the new names.
pub fn plan(current: &Schema, desired: &Schema, renames: &[Change], changes: &[Change], options: Options) -> Plan {
    let mut kinds: HashMap<Id, Way> = HashMap::new();
    for change in changes {
        let way = match change {
            Change::Create(_) => Way::Create,
            Change::Drop(_) => Way::Drop,
            Change::Alter(_) | Change::Rename { .. } | Change::RenameValue { .. } => Way::Alter,
        };
        kinds.insert(change.id().clone(), way);
    }
    follow_parents(current, desired, &mut kinds, options);
    let aside = step_aside(current, desired, &mut kinds, options);
    let replaced = kinds.iter().filter(|(_, way)| **way == Way::Replace).map(|(id, _)| id.clone()).collect();
    let cx = Context { current, desired, options, aside: &aside, replaced: &replaced };
    let mut moves: Vec<Move> = (0..renames.len()).filter_map(|at| rename_move(&renames[at..], current)).collect();
    let ops = operations(&kinds, &cx);
    moves.extend(sort(ops, &cx));
    Plan { moves }
}

/// One node of the order: an object going, coming or changing.
pub(super) struct Operation {
    pub(super) id: Id,
    pub(super) way: Way,
    steps: Vec<Step>,
}

fn operations(kinds: &HashMap<Id, Way>, cx: &Context<'_>) -> Vec<Operation> {
    let mut ops = Vec::new();
    let drops = cx.current.iter().filter(|(id, _)| matches!(kinds.get(*id), Some(Way::Drop | Way::Replace)));
    for (id, entry) in drops.filter(|(id, entry)| !goes_with_table(id, &entry.object, kinds, cx.current)) {
        // A constraint that becomes part of the parent's is no longer the table's own.
        let taken = kinds.get(id) == Some(&Way::Drop) && is_taken_over(id, &entry.object, cx);
        let steps = if taken { Vec::new() } else { entry.object.drop(id, cx) };
        ops.push(Operation { id: id.clone(), way: Way::Drop, steps });
    }
    for (id, entry) in cx.desired.iter() {
        let (way, mut steps) = match (kinds.get(id), cx.current.get(id)) {
            (Some(Way::Create | Way::Replace), _) if comes_with_table(id, &entry.object, kinds) => {
                (Way::Create, Vec::new())
            }
            (Some(Way::Create), _) if is_left_behind(id, &entry.object, cx) => (Way::Create, Vec::new()),
            (Some(Way::Create | Way::Replace), _) => (Way::Create, created(id, &entry.object, cx)),
            // A column that stays as it is may have to be brought back from what its parent's change does to it.
            (Some(Way::Alter), Some(live)) if live.object == entry.object && id.kind != KindTag::Column => {
                (Way::Alter, Vec::new())
            }
            (Some(Way::Alter), Some(live)) => (Way::Alter, altered(id, &live.object, &entry.object, cx)),
            _ => continue,
        };
        let before = cx.current.get(id).filter(|_| way == Way::Alter);
        steps.extend(comment(id, entry, before));
        ops.push(Operation { id: id.clone(), way, steps });
    }
    ops
}

/// The statements that make an object, and take from it what it is born with and should not have.
fn created(id: &Id, object: &Object, cx: &Context<'_>) -> Vec<Step> {
    let mut steps = object.create(id, cx);
    steps.extend(at_birth(id, cx));
    steps
}

fn altered(id: &Id, from: &Object, to: &Object, cx: &Context<'_>) -> Vec<Step> {
    let mut steps = from.alter(to, id, cx).unwrap_or_default();
    if from.is_swapped_for(to) {
        steps.extend(at_birth(id, cx));
    }
    steps
}

/// What belongs to a table goes with it, but for what ties it to another table that goes too, or to a column that does:
/// the two may be tied to each other, so that neither could go first.
fn goes_with_table(id: &Id, object: &Object, kinds: &HashMap<Id, Way>, current: &Schema) -> bool {
    let goes = |id: &Id| matches!(kinds.get(id), Some(Way::Drop | Way::Replace));
    let own = id.table();
    if id.kind.goes_first() || !id.owners().any(|owner| goes(&owner)) {
        return false;
    }
    let in_other = |need: &Id| match need.kind {
        KindTag::Table => Some(need) != own.as_ref(),
        KindTag::Column => need.table() != own,
        // A policy calls a function that reads the table: neither could go first.
        kind if kind.is_routine() => {
            let leans =
                |function: &Object| own.as_ref().is_some_and(|own| function.depends_on(need, current).contains(own));
            current.object(need).is_some_and(leans)
        }
        _ => false,
    };
    let tied = object.clause(id).is_none() && id.kind != KindTag::Column;
    !(tied && object.depends_on(id, current).iter().any(|need| in_other(need) && goes(need)))
}

/// What has a clause in `CREATE TABLE` comes with a new table.
fn comes_with_table(id: &Id, object: &Object, kinds: &HashMap<Id, Way>) -> bool {
    let comes = |table: Id| matches!(kinds.get(&table), Some(Way::Create | Way::Replace));
    object.clause(id).is_some() && id.owners().any(comes)
}

/// `COMMENT ON`, where the comment is new, or not the one from before.
fn comment(id: &Id, entry: &Entry, before: Option<&Entry>) -> Option<Step> {
    let had = before.and_then(|before| before.comment.as_deref());
    if had == entry.comment.as_deref() {
        return None;
    }
    let text = entry.comment.as_deref().map_or("NULL".to_owned(), quote_literal);
    let target = entry.object.comment_target(id)?;
    Some(Step::safe(format!("COMMENT ON {target} IS {text}")))
}

/// Sorts the operations: whatever the dependencies leave open goes by class, rank and declared order.
fn sort(ops: Vec<Operation>, cx: &Context<'_>) -> Vec<Move> {
    let places = Places::of(&ops, cx);
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); ops.len()];
    let mut waits = vec![0_usize; ops.len()];
    let mut edges = HashSet::new();
    for (before, after) in ops.iter().enumerate().flat_map(|(at, op)| constraints(at, op, &places, cx)) {
        // A value that is only added is in nobody's way, and has to be there before the transaction in which others go.
        let early = ops[before].way == Way::Drop && is_all(&ops[after], Run::Early);
        if before != after && !early && edges.insert((before, after)) {
            followers[before].push(after);
            waits[after] += 1;
        }
    }
    let mut ready: BinaryHeap<Reverse<(Priority, usize)>> = BinaryHeap::new();
    let mut left: HashSet<usize> = (0..ops.len()).collect();
    ready.extend((0..ops.len()).filter(|at| waits[*at] == 0).map(|at| Reverse((priority(&ops[at], at), at))));
    let mut order = Vec::with_capacity(ops.len());
    let mut rings = Rings::default();
    while !left.is_empty() {
        // A ring can only come from text that names more than it needs: the first by rank of those that wait for nothing
        // but such names breaks it.
        let by_rank = |all: &mut dyn Iterator<Item = usize>| all.min_by_key(|at| priority(&ops[*at], *at));
        let next = ready.pop().map(|Reverse((_, at))| at);
        let next = next.or_else(|| by_rank(&mut rings.free(&left, &followers, &ops, cx).into_iter()));
        let Some(at) = next.or_else(|| by_rank(&mut left.iter().copied())) else { break };
        if !left.remove(&at) {
            continue;
        }
        order.push(at);
        for &follower in &followers[at] {
            waits[follower] = waits[follower].saturating_sub(1);
            if waits[follower] == 0 {
                ready.push(Reverse((priority(&ops[follower], follower), follower)));
            }
        }
    }
    let mut ops: Vec<Option<Operation>> = ops.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| ops[at].take()).map(Operation::into_move).collect()
}

impl Operation {
    fn into_move(self) -> Move {
        let change = match self.way {
            Way::Drop => Change::Drop(self.id),
            Way::Create | Way::Replace => Change::Create(self.id),
            Way::Alter => Change::Alter(self.id),
        };
        Move { change, steps: self.steps }
    }
}

/// Where each operation stands among all of them.
struct Places<'a> {
    made: HashMap<&'a Id, usize>,
    dropped: HashMap<&'a Id, usize>,
    /// What is made, by namespace and name.
    names: HashMap<(&'a str, &'a str), Vec<&'a Id>>,
}

impl<'a> Places<'a> {
    fn of(ops: &'a [Operation], cx: &Context<'_>) -> Self {
        // Nothing waits for a mere comment, and it is in nobody's way: it would only close rings.
        let only_comments =
            |op: &Operation| op.way == Way::Alter && cx.current.object(&op.id) == cx.desired.object(&op.id);
        let mut places = Self { made: HashMap::new(), dropped: HashMap::new(), names: HashMap::new() };
        for (at, op) in ops.iter().enumerate() {
            if op.way == Way::Drop {
                places.dropped.insert(&op.id, at);
            } else if !only_comments(op) {
                places.made.insert(&op.id, at);
                places.names.entry((&op.id.namespace, &op.id.name)).or_default().push(&op.id);
            }
        }
        places
    }

    fn made(&self, id: &Id) -> Option<usize> {
        self.made.get(id).copied()
    }

    fn dropped(&self, id: &Id) -> Option<usize> {
        self.dropped.get(id).copied()
    }

    /// What takes a name that is free only when its bearer is gone; it may stand in the statement of its table.
    fn takers(&self, freed: &Id) -> Vec<usize> {
        let namesakes = self.names.get(&(freed.namespace.as_str(), freed.name.as_str())).into_iter().flatten();
        let takers = namesakes.filter(|id| id.takes_name_of(freed)).flat_map(|id| [Some((*id).clone()), id.table()]);
        takers.flatten().filter_map(|id| self.made(&id)).collect()
    }
}

/// The pairs (before, after) that one operation asks for.
fn constraints(at: usize, op: &Operation, places: &Places<'_>, cx: &Context<'_>) -> Vec<(usize, usize)> {
    let needs =
        |schema: &Schema| schema.object(&op.id).map(|object| object.depends_on(&op.id, schema)).unwrap_or_default();
    if op.way == Way::Drop {
        return drop_constraints(op, needs(cx.current), places, cx).into_iter().map(|after| (at, after)).collect();
    }
    let made = |need: &Id| places.made(need);
    // A column of its own in the place of a parent's, which takes the one from before along.
    let namesake =
        |need: &&Id| op.id.kind == KindTag::Column && need.kind == KindTag::Column && need.name == op.id.name;
    let mut pairs: Vec<(usize, usize)> = needs(cx.desired).iter().filter_map(made).map(|before| (before, at)).collect();
    let freed = needs(cx.desired);
    pairs.extend(freed.iter().filter(namesake).filter_map(|need| places.dropped(need)).map(|gone| (gone, at)));
    // To be tied to a parent a table must have what that has: what it is not to have has to be gone.
    if matches!(op.id.kind, KindTag::Partition | KindTag::Inheritance) {
        let (known, own) = (needs(cx.current), op.id.table());
        let of_parents = cx.desired.object(&op.id).map(|tie| tie.depends_on(&op.id, cx.current)).unwrap_or_default();
        let of_parents = of_parents.iter().filter(|need| need.table() != own && !known.contains(need));
        pairs.extend(of_parents.filter_map(|need| places.dropped(need)).map(|gone| (gone, at)));
    }
    // A foreign key takes the first key that fits: one that goes has to be gone.
    let object = cx.desired.object(&op.id).filter(|_| op.id.kind == KindTag::ForeignKey);
    let fits = object.map(|object| object.depends_on(&op.id, cx.current)).unwrap_or_default();
    let gone = fits.iter().filter(|need| need.kind != KindTag::Column).filter_map(|need| places.dropped(need));
    pairs.extend(gone.map(|gone| (gone, at)));
    if op.way == Way::Alter {
        let dropped = |need: &Id| places.dropped(need);
        pairs.extend(needs(cx.current).iter().filter_map(dropped).map(|after| (at, after)));
    }
    pairs
}

/// What has to wait until an object is gone.
fn drop_constraints(op: &Operation, mut leans_on: Vec<Id>, places: &Places<'_>, cx: &Context<'_>) -> Vec<usize> {
    // What it leans on stays as it is until it is gone; its own table may change around it.
    let table = op.id.table();
    leans_on.retain(|need| Some(need) != table.as_ref() || places.dropped(need).is_some());
    let mut freed = vec![&op.id];
    if op.id.kind.owns() {
        // What goes with a table holds on to what it needs until then.
        let along = cx.current.children(&op.id).filter(|(child, _)| places.dropped(child).is_none());
        for (child, entry) in along {
            leans_on.extend(entry.object.depends_on(child, cx.current));
            freed.push(child);
        }
        leans_on.retain(|need| need.owners().all(|owner| owner != op.id));
    }
    if matches!(op.id.kind, KindTag::Check | KindTag::Column) {
        // "cannot drop inherited …": the parent's goes first.
        leans_on.retain(|need| (need.kind, &need.name) != (op.id.kind, &op.id.name) || need.table() == table);
        let children = table.iter().flat_map(|table| lineage::children(cx.current, table));
        leans_on.extend(children.map(|child| Id::of(op.id.kind, &child, &op.id.name)));
    }
    let after = leans_on.iter().flat_map(|need| [places.made(need), places.dropped(need)]).flatten();
    after.chain(freed.into_iter().flat_map(|freed| places.takers(freed))).collect()
}

fn is_all(op: &Operation, run: Run) -> bool {
    !op.steps.is_empty() && op.steps.iter().all(|step| step.run == run)
}

/// Early alterations, drops from the last kind to the first, then creations and alterations in rank order, and what
/// stands outside transactions at the end, so that the plan needs few files. What is about later objects goes before all
/// of it and comes after.
type Priority = (u8, usize, usize);

fn priority(op: &Operation, at: usize) -> Priority {
    let rank = KindTag::ALL.iter().position(|kind| *kind == op.id.kind).unwrap_or_default();
    let rank_down = KindTag::ALL.len() - rank;
    match op.way {
        Way::Drop if op.id.kind.is_about_later() => (0, rank, at),
        _ if op.id.kind.is_about_later() => (5, rank, at),
        _ if is_all(op, Run::Early) => (0, rank, at),
        Way::Drop if op.steps.iter().any(|step| step.run == Run::Alone) => (3, rank_down, at),
        Way::Drop => (1, rank_down, at),
        _ if op.steps.iter().any(|step| step.run == Run::Alone) => (4, rank, at),
        _ => (2, rank, at),
    }
}
