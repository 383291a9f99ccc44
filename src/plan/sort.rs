//! The order of the statements, from the rank of each kind and what depends on what.

use std::collections::{HashMap, HashSet};

use super::gap;
use super::given_up::{called_so_before, gives_up, left_names};
use super::order::{Operation, is_left};
use super::priority::{LATE, Ready, TOGETHER, is_all, priority};
use super::reads::{parts_read, rows_read, without_extensions};
use super::ring::{Rings, is_in_ring};
use super::tie::{
    columns_after_tie, come_before, has_left, holds_former_name, kept_of_parent, left_after_key, swapped_types,
    with_parents,
};
use crate::kind::{KindTag, Object, goes_first, is_swapped_type, left_for, lets_go, lineage, made_of};
use crate::plan::aside::Way;
use crate::plan::{Context, Move, Run};
use crate::schema::{Id, Schema};

/// Sorts the operations: whatever the dependencies leave open goes by class, rank and declared order.
pub(super) fn sort(mut ops: Vec<Operation>, cx: &Context<'_>) -> Vec<Move> {
    let places = Places::of(&ops, cx);
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); ops.len()];
    let mut waits = vec![0_usize; ops.len()];
    let mut edges = HashSet::new();
    let asked = ops.iter().enumerate().flat_map(|(at, op)| constraints(at, op, &places, cx));
    for (before, after) in asked.chain(without_extensions(&ops, cx)) {
        // A value that is only added is in nobody's way, and has to be there before the transaction in which others go.
        let early = ops[before].way == Way::Drop && is_all(&ops[after], Run::Early);
        if before != after && !early && edges.insert((before, after)) {
            followers[before].push(after);
            waits[after] += 1;
        }
    }
    let mut ready = Ready::default();
    let mut left: HashSet<usize> = (0..ops.len()).collect();
    (0..ops.len()).filter(|at| waits[*at] == 0).for_each(|at| ready.push(&ops[at], at));
    let mut order = Vec::with_capacity(ops.len());
    let mut rings = Rings::default();
    while !left.is_empty() {
        // A ring can only come from text that names more than it needs: the first by rank of those that wait for nothing
        // but such names breaks it.
        let by_rank = |all: &mut dyn Iterator<Item = usize>| all.min_by_key(|at| priority(&ops[*at], *at));
        // What is about later objects comes after those in a ring, too.
        let in_time = |at: &usize| priority(&ops[*at], *at).0 != LATE;
        let rest = |left: &HashSet<usize>| left.iter().any(in_time);
        // What was taken down comes back before anything that takes its time begins.
        let together = |at: &usize| priority(&ops[*at], *at).0 <= TOGETHER;
        let ringed = if ready.is_at_a_turn() { rings.free(&left, &followers, &ops, cx) } else { Vec::new() };
        let in_ring = |at: &usize| together(at) && waits[*at] > 0 && is_in_ring(*at, &left, &followers);
        let next = by_rank(&mut ringed.into_iter().filter(in_ring)).or_else(|| ready.pop()).or_else(|| {
            let free = if rest(&left) { rings.free(&left, &followers, &ops, cx) } else { Vec::new() };
            by_rank(&mut free.into_iter().filter(in_time)).or_else(|| ready.pop_late())
        });
        let Some(at) = next.or_else(|| by_rank(&mut left.iter().copied())) else { break };
        if !left.remove(&at) {
            continue;
        }
        order.push(at);
        for &follower in &followers[at] {
            waits[follower] = waits[follower].saturating_sub(1);
            if waits[follower] == 0 {
                ready.push(&ops[follower], follower);
            }
        }
    }
    gap::close(&mut order, &ops, &followers);
    gap::say_what_is_missing(&order, &mut ops, cx);
    let mut ops: Vec<Option<Operation>> = ops.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| ops[at].take()).map(Operation::into_move).collect()
}

/// Where each operation stands among all of them.
struct Places<'a> {
    made: HashMap<&'a Id, usize>,
    dropped: HashMap<&'a Id, usize>,
    /// Where what was made before becomes whole.
    whole: HashMap<&'a Id, usize>,
    /// Where the NOT NULL of a table's column that goes leaves its name to another.
    given_up: HashMap<Option<Id>, Vec<usize>>,
    /// Whether any type is made anew, and takes the columns of it along.
    swaps: bool,
    /// Columns that nothing is done to, as they change with their parents.
    idle: HashSet<usize>,
    /// Where composite types change that are there on both sides.
    composites: Vec<(&'a Id, usize)>,
    /// What is made, by namespace and name.
    names: HashMap<(&'a str, &'a str), Vec<&'a Id>>,
}

impl<'a> Places<'a> {
    fn of(ops: &'a [Operation], cx: &Context<'a>) -> Self {
        // Nothing waits for a mere comment, and it is in nobody's way: it would only close rings.
        let only_comments = |op: &Operation| match (op.way, cx.current.object(&op.id), cx.desired.object(&op.id)) {
            (Way::Alter, Some(from), Some(to)) => is_left(from, to),
            _ => false,
        };
        let (made, dropped, whole, names, composites, given_up) = Default::default();
        let idle = |at: &usize| ops[*at].id.kind == KindTag::Column && ops[*at].steps.is_empty();
        let idle = (0..ops.len()).filter(idle).collect();
        let swaps = ops.iter().any(|op| op.id.kind.is_type() && is_swapped_type(&op.id, cx));
        let mut places = Self { made, dropped, whole, names, composites, given_up, swaps, idle };
        for (at, op) in ops.iter().enumerate() {
            if gives_up(op, cx) {
                places.given_up.entry(op.id.table()).or_default().push(at);
            } else if op.way == Way::Drop {
                places.dropped.insert(&op.id, at);
            } else if op.rest {
                places.whole.insert(&op.id, at);
            } else if !only_comments(op) {
                places.made.insert(&op.id, at);
                let changes = op.id.kind == KindTag::Composite && cx.current.contains(&op.id);
                places.composites.extend(changes.then_some((&op.id, at)));
                let also = cx.desired.object(&op.id).and_then(Object::also_called);
                for name in [op.id.name.as_str()].into_iter().chain(also) {
                    places.names.entry((&op.id.namespace, name)).or_default().push(&op.id);
                }
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
        let is_part = |id: &Id| id.kind == KindTag::IndexPartition && freed.kind.is_relation();
        let takes = |id: &&&Id| is_part(id) || Id { name: freed.name.clone(), ..(**id).clone() }.takes_name_of(freed);
        let takers = namesakes.filter(takes).flat_map(|id| [Some((*id).clone()), id.table()]);
        takers.flatten().filter_map(|id| self.made(&id)).collect()
    }
}

/// The pairs (before, after) that one operation asks for.
fn constraints(at: usize, op: &Operation, places: &Places<'_>, cx: &Context<'_>) -> Vec<(usize, usize)> {
    let needs =
        |schema: &Schema| schema.object(&op.id).map(|object| object.depends_on(&op.id, schema)).unwrap_or_default();
    if gives_up(op, cx) {
        return Vec::new();
    }
    let leaves = places.given_up.get(&op.id.table()).filter(|_| op.id.kind == KindTag::Column);
    let leaves = leaves.into_iter().flatten().map(|leaves| (*leaves, at));
    if op.way == Way::Drop {
        let parts = parts_read(op, (cx.current, cx.desired), &places.composites);
        let after = drop_constraints(op, needs(cx.current), places, cx).into_iter().chain(parts);
        let left = left_after_key(op, cx).into_iter().filter_map(|tie| places.dropped(&tie));
        let held = holds_former_name(op, cx).into_iter().filter_map(|held| Some((places.dropped(&held)?, at)));
        return after.chain(left).map(|after| (at, after)).chain(leaves).chain(held).collect();
    }
    let made = |need: &Id| places.made(need);
    // A column of its own in the place of a parent's, which takes the one from before along.
    let namesake =
        |need: &&Id| op.id.kind == KindTag::Column && need.kind == KindTag::Column && need.name == op.id.name;
    let mut pairs: Vec<(usize, usize)> = needs(cx.desired).iter().filter_map(made).map(|before| (before, at)).collect();
    pairs.extend(leaves);
    pairs.extend(called_so_before(op, cx).iter().filter_map(made).map(|before| (before, at)));
    let types = match op.way {
        Way::Alter if op.id.kind.is_type() && !op.rest => left_for(&op.id, cx),
        Way::Create if places.swaps => swapped_types(&needs(cx.desired), cx.desired, cx),
        // A column goes over with the type that it leaves.
        Way::Alter if places.swaps => swapped_types(std::slice::from_ref(&op.id), cx.current, cx),
        _ => Vec::new(),
    };
    pairs.extend(types.iter().filter_map(made).map(|before| (before, at)));
    let before_parent = op.id.kind == KindTag::Column && cx.comes_before_parent(&op.id);
    let of_parents = needs(cx.desired).into_iter().filter(|need| before_parent && namesake(&need));
    // What comes behind this one, and not before it.
    let later: Vec<usize> = of_parents.chain(columns_after_tie(op, cx)).filter_map(|column| made(&column)).collect();
    pairs.retain(|(before, _)| !later.contains(before));
    pairs.extend(later.into_iter().map(|later| (at, later)));
    if (op.way == Way::Alter || op.id.kind == KindTag::IndexPartition) && !op.id.kind.is_relation() {
        let freed = left_names(&op.id, cx);
        pairs.extend(freed.iter().flat_map(|freed| places.takers(freed)).map(|taker| (at, taker)));
    }
    // A column takes NULL only once the key has let go of it.
    if op.way == Way::Alter && op.id.kind == KindTag::PrimaryKey {
        let has = needs(cx.desired);
        let left = needs(cx.current).into_iter().filter(|need| need.kind == KindTag::Column && !has.contains(need));
        pairs.extend(left.filter_map(|need| places.made(&need)).map(|after| (at, after)));
    }
    // What a table gets of its own waits until it is no longer a part of another one.
    let tie = op.id.table().map(|table| Id::own(KindTag::Partition, &table)).filter(|tie| *tie != op.id);
    pairs.extend(tie.and_then(|tie| places.dropped(&tie)).map(|gone| (gone, at)));
    pairs.extend(rows_read(op, cx).iter().filter_map(|column| places.dropped(column)).map(|gone| (gone, at)));
    let parts = parts_read(op, (cx.desired, cx.current), &places.composites);
    pairs.extend(parts.into_iter().map(|part| (part, at)));
    // What another column or key counts on or takes over is there until then.
    if let Some(gone) = cx.current.stands_in_for(&op.id).and_then(|old| places.dropped(old)) {
        pairs.push((at, gone));
    }
    pairs.extend(wholes(op, &needs(cx.desired), places, cx).into_iter().map(|before| (before, at)));
    let freed = needs(cx.desired).into_iter().filter(|need| namesake(&need));
    pairs.extend(freed.filter_map(|need| places.dropped(&need)).map(|gone| (gone, at)));
    // To be tied to a parent a table must have what that has: what it is not to have has to be gone.
    if matches!(op.id.kind, KindTag::Partition | KindTag::Inheritance) {
        // One that is tied anew, only elsewhere among its rows, has lost what it had of the parent meanwhile.
        let known = if places.dropped(&op.id).is_some() { Vec::new() } else { needs(cx.current) };
        let own = op.id.table();
        let of_parents = cx.desired.object(&op.id).map(|tie| tie.depends_on(&op.id, cx.current)).unwrap_or_default();
        let of_parents = of_parents.iter().filter(|need| need.table() != own && !known.contains(need));
        pairs.extend(of_parents.filter_map(|need| places.dropped(need)).map(|gone| (gone, at)));
    }
    pairs.extend(come_before(op, cx).iter().filter_map(made).map(|first| (first, at)));
    // While two functions of a name are there, a call could mean either.
    if op.id.kind == KindTag::Function && !cx.current.contains(&op.id) {
        let namesakes = places.dropped.iter().filter(|(old, _)| goes_first(old, &op.id, cx));
        pairs.extend(namesakes.map(|(_, gone)| (*gone, at)));
    }
    // A foreign key takes the first key that fits: one that goes has to be gone.
    let object = cx.desired.object(&op.id).filter(|_| op.id.kind == KindTag::ForeignKey);
    let fits = object.map(|object| object.depends_on(&op.id, cx.current)).unwrap_or_default();
    let gone = fits.iter().filter(|need| need.kind != KindTag::Column).filter_map(|need| places.dropped(need));
    pairs.extend(gone.map(|gone| (gone, at)));
    // What only becomes whole has let go of everything before.
    if op.way == Way::Alter && !op.rest {
        let dropped = |need: &Id| places.dropped(need).filter(|_| !lets_go(&op.id, need, cx.current, cx.desired));
        let held = match cx.current.object(&op.id) {
            Some(Object::Function(function)) => Object::from(function.held()).depends_on(&op.id, cx.current),
            _ => needs(cx.current),
        };
        let held = with_parents(held, &op.id, cx);
        pairs.extend(held.iter().filter_map(dropped).map(|after| (at, after)));
    }
    pairs
}

/// The operations that make whole what another needs whole, or what itself began before.
fn wholes(op: &Operation, needs: &[Id], places: &Places<'_>, cx: &Context<'_>) -> Vec<usize> {
    if places.whole.is_empty() {
        return Vec::new();
    }
    let begun = places.made(&op.id).filter(|_| op.rest);
    let later = columns_after_tie(op, cx);
    let whole = |id: &Id| places.whole.get(id).copied().filter(|_| !later.contains(id));
    // The old type goes when nothing is made of it any more.
    if op.rest && op.id.kind.is_type() && op.id.kind != KindTag::Table {
        let made_of = made_of(&op.id, cx.current, cx.desired);
        return made_of.iter().flat_map(|id| [places.made(id), whole(id)]).flatten().chain(begun).collect();
    }
    if !op.id.kind.needs_whole() || (!op.rest && cx.stands_in_with_parent(&op.id)) {
        return begun.into_iter().collect();
    }
    // What tells rows apart must never be NULL.
    let own = op.id.table().filter(|_| op.id.kind == KindTag::ReplicaIdentity);
    let own = own.iter().flat_map(|table| cx.desired.children_of(table, KindTag::Column)).map(|(column, _)| column);
    needs.iter().chain(own).filter(|need| **need != op.id).filter_map(whole).chain(begun).collect()
}

/// What has to wait until an object is gone.
fn drop_constraints(op: &Operation, mut leans_on: Vec<Id>, places: &Places<'_>, cx: &Context<'_>) -> Vec<usize> {
    // What it leans on stays as it is until it is gone; its own table may change around it.
    let table = op.id.table();
    leans_on.retain(|need| Some(need) != table.as_ref() || places.dropped(need).is_some());
    leans_on = with_parents(leans_on, &op.id, cx);
    leans_on.extend(kept_of_parent(op, cx).into_iter().filter(|need| places.dropped(need).is_some()));
    let mut freed = cx.current.names_of(&op.id);
    freed.extend(left_names(&op.id, cx));
    if op.id.kind.owns() {
        // What goes with a table holds on to what it needs until then.
        let along = cx.current.children(&op.id).filter(|(child, _)| places.dropped(child).is_none());
        for (child, entry) in along {
            leans_on.extend(entry.object.depends_on(child, cx.current));
            freed.extend([child.clone()].into_iter().chain(left_names(child, cx)));
        }
        leans_on.retain(|need| need.owners().all(|owner| owner != op.id));
    }
    if matches!(op.id.kind, KindTag::Check | KindTag::Column) {
        // "cannot drop inherited …": the parent's goes first.
        leans_on.retain(|need| (need.kind, &need.name) != (op.id.kind, &op.id.name) || need.table() == table);
        // Of a child that has left by then it is its own, and may count with the parent's sequence.
        let has_left = |child: &Id, parent: &Id| has_left(child, parent, |tie| places.dropped(tie).is_some(), cx);
        let of_own = |other: &Id| Id::of(op.id.kind, other, &op.id.name);
        for table in table.iter() {
            let parents = lineage::parents(cx.current, table).into_iter().filter(|parent| has_left(table, parent));
            leans_on.extend(parents.map(|parent| of_own(&parent)));
            let children = lineage::children(cx.current, table).iter().filter(|child| !has_left(child, table));
            leans_on.extend(children.map(&of_own));
        }
    }
    // What has a stand-in is only in the way of what goes.
    let in_the_way = |at: &usize| cx.current.stand_in(&op.id).is_none() && !places.idle.contains(at);
    // A domain that changes where it stands breaks no routine, and such a routine breaks nothing.
    let breaks = |need: &Id| match need.kind {
        KindTag::Domain => !op.id.kind.is_routine() || is_swapped_type(need, cx),
        kind => !kind.is_routine() || places.dropped(need).is_some() || !cx.current.contains(need),
    };
    let made = |need: &Id| places.made(need).filter(|_| breaks(need)).filter(in_the_way);
    let swapped = if places.swaps { swapped_types(&leans_on, cx.current, cx) } else { Vec::new() };
    let after = leans_on.iter().flat_map(|need| [made(need), places.dropped(need)]).flatten();
    after
        .chain(swapped.iter().filter_map(|of| places.made(of)))
        .chain(freed.iter().flat_map(|freed| places.takers(freed)))
        .collect()
}
