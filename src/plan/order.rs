//! What is done to each object: the operations of a plan, which the sort puts in order.

use std::collections::{HashMap, HashSet};

use super::rename::rename_move;
use crate::diff::Change;
use crate::kind::{KindTag, Object, along, at_birth, comment_on_index, ending, is_left_behind, is_taken_over, lineage};
use crate::plan::access::seen_otherwise;
use crate::plan::aside::{Way, compared_otherwise, follow_parents, follow_rows, spread_otherwise, step_aside};
use crate::plan::body::mark;
use crate::plan::given_up::given_up;
use crate::plan::owner::given_back;
use crate::plan::sort::sort;
use crate::plan::{Context, Gradual, Move, Options, Plan, Run, Step};
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
    let along = along(current, desired);
    let desired = along.as_ref().map_or(desired, |(with, _)| with);
    for id in along.iter().flat_map(|(_, along)| along) {
        kinds.entry(id.clone()).or_insert(Way::Alter);
    }
    follow_parents(current, desired, &mut kinds, options);
    spread_otherwise(current, desired, &mut kinds, options);
    follow_rows(current, desired, &mut kinds);
    compared_otherwise(current, desired, &mut kinds);
    let aside = step_aside(current, desired, &mut kinds, options);
    let replaced = kinds.iter().filter(|(_, way)| **way == Way::Replace).map(|(id, _)| id.clone()).collect();
    let cx = Context { current, desired, options, aside: &aside, replaced: &replaced };
    let mut moves: Vec<Move> = (0..renames.len()).filter_map(|at| rename_move(&renames[at..], current)).collect();
    let ops = operations(&kinds, &cx);
    moves.extend(sort(ops, &cx));
    mark(&mut moves, &cx);
    Plan { moves, between: None }
}

/// One node of the order: an object going, coming or changing.
pub(super) struct Operation {
    pub(super) id: Id,
    pub(super) way: Way,
    pub(super) steps: Vec<Step>,
    /// What the object is after it, where another operation makes it whole.
    pub(super) interim: Option<Entry>,
    /// Whether this one makes whole what is there already.
    pub(super) rest: bool,
    /// Whether it is part of what is done outside of transactions, though the server may do it by itself.
    pub(super) beside: bool,
}

impl Operation {
    pub(super) fn new(id: &Id, way: Way, steps: Vec<Step>) -> Self {
        Self { id: id.clone(), way, steps, interim: None, rest: false, beside: false }
    }

    /// What it does, and to what.
    pub(super) fn into_move(self) -> Move {
        let change = match self.way {
            // Something is left of it.
            Way::Drop if self.interim.is_some() => Change::Alter(self.id),
            Way::Drop => Change::Drop(self.id),
            Way::Create | Way::Replace => Change::Create(self.id),
            Way::Alter => Change::Alter(self.id),
        };
        Move { change, steps: self.steps, interim: self.interim }
    }
}

fn operations(kinds: &HashMap<Id, Way>, cx: &Context<'_>) -> Vec<Operation> {
    let mut ops = Vec::new();
    let drops = cx.current.iter().filter(|(id, _)| matches!(kinds.get(*id), Some(Way::Drop | Way::Replace)));
    for (id, entry) in drops.filter(|(id, entry)| !goes_with_table(id, &entry.object, kinds, cx.current)) {
        // A constraint that becomes part of the parent's is no longer the table's own.
        let taken = kinds.get(id) == Some(&Way::Drop) && is_taken_over(id, &entry.object, cx);
        let steps = if taken { Vec::new() } else { entry.object.drop(id, cx) };
        let interim = entry.object.left(id, cx).map(|object| Entry { object, ..entry.clone() });
        ops.push(Operation { interim, ..Operation::new(id, Way::Drop, steps) });
    }
    for (id, entry) in cx.desired.iter() {
        if let Some(both) = gradually(id, entry, kinds, cx) {
            ops.extend(both);
            continue;
        }
        if let (Some(Way::Alter), Some(live)) = (kinds.get(id), cx.current.get(id))
            && let Some(end) = ending(id, &live.object, &entry.object, cx)
        {
            ops.push(Operation { rest: true, ..Operation::new(id, Way::Alter, vec![end]) });
        }
        let (way, mut steps) = match (kinds.get(id), cx.current.get(id)) {
            (Some(Way::Create | Way::Replace), _) if comes_with_table(id, &entry.object, kinds) => {
                (Way::Create, Vec::new())
            }
            (Some(Way::Create), _) if is_left_behind(id, &entry.object, cx) => (Way::Create, Vec::new()),
            (Some(Way::Create | Way::Replace), _) => (Way::Create, created(id, &entry.object, cx)),
            // A column that stays as it is may have to be brought back from what its parent's change does to it.
            // And a view may have to say once more which columns the rows have that functions give.
            (Some(Way::Alter), Some(live))
                if is_left(&live.object, &entry.object) && !matches!(id.kind, KindTag::Column | KindTag::View) =>
            {
                (Way::Alter, Vec::new())
            }
            (Some(Way::Alter), Some(live)) => (Way::Alter, altered(id, &live.object, &entry.object, cx)),
            _ => continue,
        };
        let before = cx.current.get(id).filter(|_| way == Way::Alter);
        let alone = !steps.is_empty() && steps.iter().all(|step| step.run == Run::Alone);
        steps.extend(comments(id, entry, before).map(|step| if alone { step.alone() } else { step }));
        ops.push(Operation::new(id, way, steps));
    }
    beside_parents(&mut ops, cx);
    ops.extend(given_up(kinds, cx));
    seen_otherwise(&mut ops, cx);
    ops
}

/// What a child's column still lacks of what its parent's becomes outside of transactions is done there too: before that
/// the two would not fit together, and a way back from between them would lead nowhere.
fn beside_parents(ops: &mut [Operation], cx: &Context<'_>) {
    let rest: HashSet<Id> = ops.iter().filter(|op| op.rest).map(|op| op.id.clone()).collect();
    for op in ops.iter_mut().filter(|op| op.id.kind == KindTag::Column && !rest.is_empty()) {
        let above = op.id.table().map(|table| lineage::above(cx.desired, &table)).unwrap_or_default();
        if above.iter().any(|parent| rest.contains(&Id::of(KindTag::Column, parent, &op.id.name))) {
            op.steps.iter_mut().for_each(|step| step.run = Run::Alone);
            op.beside = op.way == Way::Alter;
        }
    }
}

/// What becomes whole in two goes: what it is at first, if that is anything new, and the rest.
fn gradually(id: &Id, entry: &Entry, kinds: &HashMap<Id, Way>, cx: &Context<'_>) -> Option<Vec<Operation>> {
    let live = cx.current.get(id);
    let before = match kinds.get(id)? {
        Way::Create if is_left_behind(id, &entry.object, cx) => return None,
        Way::Create | Way::Replace if comes_with_table(id, &entry.object, kinds) => return None,
        Way::Create | Way::Replace => None,
        Way::Alter => Some(live.filter(|live| live.object != entry.object)?),
        Way::Drop => return None,
    };
    let Gradual { first, rest } = entry.object.gradual(before.map(|before| &before.object), id, cx)?;
    let (way, mut steps) = match before {
        None => (Way::Create, created(id, &first, cx)),
        Some(before) if before.object == first => (Way::Alter, Vec::new()),
        Some(before) => (Way::Alter, altered(id, &before.object, &first, cx)),
    };
    steps.extend(comments(id, entry, before));
    let interim = Some(Entry { object: first, ..entry.clone() });
    let idle = steps.is_empty() && before.is_some();
    let first = (!idle).then(|| Operation { interim, ..Operation::new(id, way, steps) });
    let rest = rest.into_iter().map(Step::alone).collect();
    let rest = Operation { rest: true, ..Operation::new(id, Way::Alter, rest) };
    Some(first.into_iter().chain([rest]).collect())
}

/// Whether nothing is done to an object but what others bring along.
pub(super) fn is_left(from: &Object, to: &Object) -> bool {
    from == to && !from.is_swapped_for(to)
}

/// The statements that make an object, and take from it what it is born with and should not have.
fn created(id: &Id, object: &Object, cx: &Context<'_>) -> Vec<Step> {
    let mut steps = object.create(id, cx);
    steps.extend(given_back(id, object, cx));
    steps.extend(at_birth(id, cx));
    steps
}

fn altered(id: &Id, from: &Object, to: &Object, cx: &Context<'_>) -> Vec<Step> {
    let mut steps = from.alter(to, id, cx).unwrap_or_default();
    if from.is_swapped_for(to) {
        steps.extend(given_back(id, to, cx));
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

/// What is said of an object, and of the index behind it.
fn comments(id: &Id, entry: &Entry, before: Option<&Entry>) -> impl Iterator<Item = Step> {
    let (had, has) = (before.and_then(|before| before.object.index_comment()), entry.object.index_comment());
    let of_index = (had != has).then(|| comment_on_index(id, has));
    comment(id, entry, before).into_iter().chain(of_index)
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
