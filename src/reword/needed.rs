//! What has to be there before twins are made.

use std::collections::{BTreeMap, HashSet};

use crate::diff::Change;
use crate::kind::{KindTag, Object};
use crate::plan;
use crate::reword::trial;
use crate::schema::{Id, Schema};

/// What is made before twins: the types that their columns may have.
#[derive(Default)]
pub(super) struct Needed {
    pub(super) statements: Vec<(String, Id)>,
    /// Types that cannot be made, as something else has the name.
    pub(super) missing: HashSet<Id>,
}

impl Needed {
    /// What has to stand before the twins of some objects, of which this is the first.
    pub(super) fn of(first: &Id, current: &Schema, desired: &Schema, changes: &[Change]) -> Self {
        let mut needed = new_types(current, desired, changes);
        let away = away(current, changes);
        if !away.is_empty() {
            let path = trial::path(&BTreeMap::new(), &away);
            needed.statements.insert(0, (format!("SET LOCAL search_path = {path}"), first.clone()));
        }
        needed
    }
}

/// The statements that make the types that columns of twins may have: new extensions and enums, in their own place.
fn new_types(current: &Schema, desired: &Schema, changes: &[Change]) -> Needed {
    let (nothing, aside) = (Schema::default(), HashSet::new());
    let cx = plan::Context {
        current: &nothing,
        desired,
        options: plan::Options::default(),
        aside: &aside,
        replaced: &aside,
    };
    let holds = |kind: &&KindTag| matches!(kind, KindTag::Namespace | KindTag::Extension);
    let kinds = KindTag::ALL.iter().filter(|kind| holds(kind) || (kind.is_type() && !kind.owns()));
    let of_kind = |kind: &KindTag| {
        let kind = *kind;
        changes.iter().filter(move |c| matches!(c, Change::Create(id) if id.kind == kind))
    };
    // One whose name is still taken cannot be made beside the one that has it.
    let is_free = |id: &&Id| {
        let names = desired.names_of(id);
        let taken = |has: &Id| names.iter().any(|name| name.takes_name_of(has));
        let mut others = current.iter().map(|(live, _)| live).filter(|live| live != id);
        !others.any(|live| current.names_of(live).iter().any(taken))
    };
    let (mut made, mut missing) = (Vec::new(), HashSet::new());
    for id in needed_first(kinds.flat_map(of_kind).map(Change::id).collect(), desired) {
        let needs = desired.object(id).map(|object| object.depends_on(id, desired)).unwrap_or_default();
        if is_free(&id) && !needs.iter().any(|need| missing.contains(need)) {
            made.push(id);
        } else {
            missing.insert(id.clone());
        }
    }
    let steps = |id: &Id| match desired.object(id) {
        // What it checks may call functions that are new too; on a twin it has no values to check.
        Some(Object::Domain(domain)) => Object::Domain(domain.unchecked()).create(id, &cx),
        Some(object) => object.create(id, &cx),
        None => Vec::new(),
    };
    let statements = made.into_iter().flat_map(|id| steps(id).into_iter().map(|step| (step.sql, id.clone()))).collect();
    Needed { statements, missing }
}

/// Some objects so that each comes after those that it needs: a domain may be over a composite type, and that of domains.
fn needed_first<'a>(mut left: Vec<&'a Id>, desired: &Schema) -> Vec<&'a Id> {
    let mut sorted = Vec::new();
    while !left.is_empty() {
        let needs = |id: &Id| desired.object(id).map(|object| object.depends_on(id, desired)).unwrap_or_default();
        let waits = |id: &Id| needs(id).iter().any(|need| need != id && left.contains(&need));
        let (later, ready): (Vec<&Id>, Vec<&Id>) = left.iter().partition(|id| waits(id));
        let stuck = ready.is_empty();
        sorted.extend(if stuck { &later } else { &ready });
        left = if stuck { Vec::new() } else { later };
    }
    sorted
}

/// The namespaces in which extensions are that are to be in other ones: what they bring is found there until then.
pub(super) fn away(current: &Schema, changes: &[Change]) -> Vec<String> {
    let of = |id: &Id| match current.object(id) {
        Some(Object::Extension(extension)) => extension.schema.clone(),
        _ => None,
    };
    let altered = changes.iter().filter(|change| matches!(change, Change::Alter(_))).map(Change::id);
    let mut all: Vec<String> = altered.filter_map(of).collect();
    all.sort_unstable();
    all.dedup();
    all
}
