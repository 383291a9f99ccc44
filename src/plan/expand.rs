//! Columns that get another type while their table is in use: a new column beside the old one, which a trigger keeps in
//! step, filled in batches, and then the two change places.
//!
//! All that is two ordinary plans behind each other, by way of a schema that has both columns and everything about the old
//! one made about the new one, too ([`between`]); the second begins with renames.

use std::collections::{BTreeSet, HashSet};

use super::order::plan;
use super::{Between, Move, Options, Plan, Run, Step};
use crate::diff::{Change, diff};
use crate::hazard::{BREAKS_CODE, CANNOT_UNDO, DELETES_DATA, MAY_FAIL, WEAKENS_ACCESS};
use crate::kind::{Column, KindTag, Object, Origin};
use crate::schema::{Id, Schema};
use crate::sql::quote_ident;

mod between;
mod hindrance;

use between::{Stages, stages};

/// Which columns get another type by way of a new column, as the user says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Expand {
    /// None.
    #[default]
    Nothing,
    /// All whose rows would be written again.
    All,
    /// Those of these names, as `dbtool diff` writes them: `orders.id`.
    These(BTreeSet<String>),
}

/// A column that was to change by way of a new one and does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The column.
    pub column: Id,
    /// Why not.
    pub why: String,
}

/// A plan, and what it does not do.
#[derive(Debug)]
pub struct Expanded {
    /// The plan.
    pub plan: Plan,
    /// The columns that change where they stand after all.
    pub kept: Vec<Kept>,
}

impl Expand {
    /// From the names on a command line; `all` means all.
    pub fn parse(names: &[String]) -> Self {
        match names {
            [] => Self::Nothing,
            names if names.iter().any(|name| name == "all") => Self::All,
            names => Self::These(names.iter().cloned().collect()),
        }
    }

    /// What a column is called on the command line.
    pub fn name(id: &Id) -> String {
        id.to_string().trim_start_matches("column ").to_owned()
    }

    fn wants(&self, id: &Id) -> bool {
        match self {
            Self::Nothing => false,
            Self::All => true,
            Self::These(names) => names.contains(&Self::name(id)),
        }
    }

    /// The names that no column has whose type changes so.
    pub fn unknown(&self, rewritten: &[Id]) -> Vec<String> {
        let known: Vec<String> = rewritten.iter().map(Self::name).collect();
        match self {
            Self::These(names) => names.iter().filter(|name| !known.contains(name)).cloned().collect(),
            _ => Vec::new(),
        }
    }
}

impl Kept {
    /// For a person.
    pub fn told(&self) -> String {
        format!("`{}` is changed where it stands: {}", Expand::name(&self.column), self.why)
    }
}

/// The columns of tables that stay, each row of which would be written again for a new type.
pub fn rewritten(current: &Schema, desired: &Schema) -> Vec<Id> {
    let columns = desired.of_kind(KindTag::Column).filter_map(|(id, entry)| {
        let (Object::Column(from), Object::Column(to)) = (current.object(id)?, &entry.object) else { return None };
        (from.cost_of(to, current, desired).rewrites).then(|| id.clone())
    });
    columns.collect()
}

/// Those of them that can have it by way of a new column.
pub fn expandable(current: &Schema, desired: &Schema) -> Vec<Id> {
    let mut columns = rewritten(current, desired);
    columns.retain(|column| hindrance::of(column, current, desired).is_none());
    columns
}

/// Orders the statements as [`plan`] does; columns that `wanted` names get their new type by way of a new column.
pub fn expand(
    current: &Schema,
    desired: &Schema,
    renames: &[Change],
    changes: &[Change],
    options: Options,
    wanted: &Expand,
) -> Expanded {
    let (mut chosen, mut kept) = (Vec::new(), Vec::new());
    if options.online && *wanted != Expand::Nothing {
        for column in rewritten(current, desired).into_iter().filter(|id| wanted.wants(id)) {
            match hindrance::of(&column, current, desired) {
                None => chosen.push(column),
                // A partition's goes with that of the table at the top.
                Some(_) if *wanted == Expand::All && comes_from_above(&column, desired) => {}
                Some(why) => kept.push(Kept { column, why }),
            }
        }
    }
    if !chosen.is_empty() {
        let stages = stages(current, desired, &chosen, options.version);
        let both = stages.as_ref().and_then(|stages| by_way_of(stages, current, desired, renames, options));
        if let Some(plan) = both {
            return Expanded { plan, kept };
        }
        let why = match stages {
            Some(_) => "it cannot take its place beside what else changes; write that first",
            None => "a trigger of its table has a name behind which none fits",
        };
        kept.extend(chosen.into_iter().map(|column| Kept { column, why: why.to_owned() }));
    }
    Expanded { plan: plan(current, desired, renames, changes, options), kept }
}

/// Whether a table has a column from another alone.
fn comes_from_above(column: &Id, schema: &Schema) -> bool {
    matches!(schema.object(column), Some(Object::Column(it)) if it.origin.0 == Origin::Inherited)
}

/// The two plans behind each other; nothing where the second would let others see its half.
fn by_way_of(
    stages: &Stages,
    current: &Schema,
    desired: &Schema,
    renames: &[Change],
    options: Options,
) -> Option<Plan> {
    let Stages { between, renamed, .. } = stages;
    let mut first = plan(current, between, renames, &diff(current, between), options).moves;
    let mut second = plan(renamed, desired, &stages.renames, &diff(renamed, desired), options).moves;
    if !is_kept_in_step(&first, stages) || is_torn(&second, stages) {
        return None;
    }
    say_what_fails(&mut first, stages, current, desired);
    say_what_breaks(&mut second, stages, current, desired);
    lock_first(&mut second, stages);
    name_parts(&mut second, stages);
    let moves = first.len();
    first.extend(second);
    Some(Plan { moves: first, between: Some(Box::new(Between { moves, schema: between.clone() })) })
}

/// Whether the trigger is there before anything is filled.
fn is_kept_in_step(first: &[Move], stages: &Stages) -> bool {
    let alone = first.iter().position(|each| each.steps.iter().any(|step| step.run != Run::Together));
    let is_trigger = |id: &Id| stages.scaffold.contains(id) && id.kind == KindTag::Trigger;
    let triggers = first.iter().rposition(|each| is_trigger(each.change.id()));
    alone.is_none_or(|alone| triggers.is_some_and(|triggers| triggers < alone))
}

/// Whether the change of places is spread over more than one transaction.
fn is_torn(second: &[Move], stages: &Stages) -> bool {
    let leans = |id: &Id| {
        let object = stages.renamed.object(id);
        object.is_some_and(|it| it.depends_on(id, &stages.renamed).iter().any(|need| stages.asides.contains(need)))
    };
    let part = |each: &Move| {
        let id = each.change.id();
        stages.columns.contains(id) || stages.asides.contains(id) || stages.scaffold.contains(id) || leans(id)
    };
    let last = second.iter().rposition(part).unwrap_or_default();
    let steps = second.iter().take(last + 1).flat_map(|each| &each.steps);
    steps.into_iter().any(|step| step.run != Run::Together)
}

/// From the trigger on, what a statement writes has to fit both types.
fn say_what_fails(first: &mut [Move], stages: &Stages, current: &Schema, desired: &Schema) {
    let fails = stages.columns.iter().filter_map(|id| {
        let (from, to) = columns(id, current, desired)?;
        let fails = from.cost_of(to, current, desired).may_fail;
        fails.then(|| {
            (id.table(), MAY_FAIL.because(format!("writes of values that do not fit: {}", from.becoming(to, id))))
        })
    });
    for (table, hazard) in fails {
        let mut triggers = first.iter_mut().filter(|each| each.change.id().kind == KindTag::Trigger);
        let of_table = triggers.find(|each| each.change.id().table() == table);
        let step = of_table.and_then(|each| each.steps.first_mut());
        step.into_iter().for_each(|step| step.hazards.push(hazard.clone()));
    }
}

/// Nobody uses what was only there for the change, and what comes back as it was lets nobody see more; but the new column
/// stands at the end.
fn say_what_breaks(second: &mut [Move], stages: &Stages, current: &Schema, desired: &Schema) {
    let passing = [&BREAKS_CODE, &WEAKENS_ACCESS, &DELETES_DATA, &CANNOT_UNDO];
    for each in second.iter_mut() {
        let id = each.change.id().clone();
        let is_column = id.kind == KindTag::Column;
        let ours = stages.scaffold.contains(&id) || stages.asides.contains(&id);
        let same = current.object(&id).is_some() && current.object(&id) == desired.object(&id);
        if !is_column && (ours || same || matches!(each.change, Change::Rename { .. })) {
            let steps = each.steps.iter_mut();
            steps.for_each(|step| step.hazards.retain(|hazard| !passing.contains(&hazard.rule)));
        }
        if let (Change::Rename { to, .. }, true) = (&each.change, is_column) {
            let what = columns(to, current, desired).map(|(from, becomes)| from.becoming(becomes, to));
            let what = what.map(|what| BREAKS_CODE.because(format!("{what}, and stands behind all other columns")));
            each.steps.iter_mut().for_each(|step| step.hazards = what.clone().into_iter().collect());
        }
    }
}

fn columns<'a>(id: &Id, current: &'a Schema, desired: &'a Schema) -> Option<(&'a Column, &'a Column)> {
    match (current.object(id)?, desired.object(id)?) {
        (Object::Column(from), Object::Column(to)) => Some((from, to)),
        _ => None,
    }
}

/// Once what is old has gone, the parts that partitions have of what is new take the names of its parts. After a way back
/// they may be called otherwise.
fn name_parts(second: &mut [Move], stages: &Stages) {
    let named = stages.parts.iter().map(|(part, name)| {
        Step::safe(format!("ALTER INDEX IF EXISTS {} RENAME TO {}", part.sql(), quote_ident(name)))
    });
    let gone = |each: &&mut Move| stages.asides.contains(each.change.id()) && matches!(each.change, Change::Drop(_));
    let last = second.iter_mut().rfind(gone);
    last.into_iter().for_each(|each| each.steps.extend(named.clone()));
}

/// Where more than one table is changed, those that refer to others are locked before them, as whoever writes does.
fn lock_first(second: &mut [Move], stages: &Stages) {
    let referring: Vec<Id> =
        stages.asides.iter().filter(|id| id.kind == KindTag::ForeignKey).filter_map(Id::table).collect();
    let mut seen = HashSet::new();
    let tables = referring.into_iter().chain(stages.columns.iter().filter_map(Id::table));
    let tables: Vec<String> = tables.filter(|table| seen.insert(table.clone())).map(|table| table.sql()).collect();
    if let (Some(first), true) = (second.iter_mut().find(|each| !each.steps.is_empty()), tables.len() > 1) {
        first.steps.insert(0, Step::safe(format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", tables.join(", "))));
    }
}
