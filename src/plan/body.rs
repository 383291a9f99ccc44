//! Functions whose bodies the server cannot check when it makes them.
//!
//! A body that is a text is checked as the function is made, by names as they are found then. Two functions that call
//! each other, or one whose names are found on the path of whoever calls it, cannot be made that way: their statements
//! are marked, and the file that has them begins by turning the check off, as every dump does.

use std::collections::HashMap;

use crate::diff::Change;
use crate::kind::{Function, KindTag, Object};
use crate::plan::{Context, Move, Step, Unchecked};
use crate::schema::{DEFAULT_NAMESPACE, Id, Schema};
use crate::sql::{Token, name_of, tokens_of};

/// The statement that turns the check off, for a transaction.
const UNCHECKED: &str = "SET LOCAL check_function_bodies = off";

/// Marks the statements that make functions whose bodies cannot be checked then.
pub(super) fn mark(moves: &mut [Move], cx: &Context<'_>) {
    let mut made: HashMap<Id, usize> = HashMap::new();
    for (at, each) in moves.iter().enumerate() {
        if let Change::Create(id) | Change::Rename { to: id, .. } = &each.change {
            made.insert(id.clone(), at);
        }
    }
    for (at, each) in moves.iter_mut().enumerate() {
        let (Change::Create(id) | Change::Alter(id)) = &each.change else { continue };
        let Some(Object::Function(function)) = cx.desired.object(id) else { continue };
        let needs = function.named_in_body(id, cx.desired);
        let later = needs.iter().any(|need| made.get(need).is_some_and(|made| *made > at));
        let unchecked = Unchecked { later, elsewhere: leads_elsewhere(function, &needs) };
        each.steps.iter_mut().filter(|step| step.makes_function()).for_each(|step| step.unchecked = unchecked);
    }
}

/// Whether a function's body names what only the search path of whoever calls it leads to.
pub(crate) fn is_callers(id: &Id, schema: &Schema) -> bool {
    let Some(Object::Function(function)) = schema.object(id) else { return false };
    leads_elsewhere(function, &function.named_in_body(id, schema))
}

fn leads_elsewhere(function: &Function, needs: &[Id]) -> bool {
    let all = tokens_of(&function.body).unwrap_or_default();
    !function.has_own_path() && needs.iter().any(|need| is_elsewhere(need, needs, &all))
}

/// Whether a name without a namespace means something that no path finds but the caller's.
fn is_elsewhere(need: &Id, needs: &[Id], all: &[Token<'_>]) -> bool {
    let named = |other: &&Id| other.name == need.name && other.kind.is_routine() == need.kind.is_routine();
    let found = needs.iter().filter(named).any(|other| other.namespace == DEFAULT_NAMESPACE);
    !found && !need.kind.belongs_to_table() && (0..all.len()).any(|at| stands_bare(need, all, at))
}

/// Whether the name of something stands there without a namespace, where nothing but such a thing has its place.
fn stands_bare(need: &Id, all: &[Token<'_>], at: usize) -> bool {
    if name_of(&all[at]).is_none_or(|name| *name != need.name) {
        return false;
    }
    let text = |at: Option<usize>| at.and_then(|at| all.get(at)).map_or("", |token| token.text);
    let (before, after) = (text(at.checked_sub(1)), text(Some(at + 1)));
    let is = |words: &[&str]| words.iter().any(|word| before.eq_ignore_ascii_case(word));
    match need.kind {
        _ if before == "." || after == "." => false,
        kind if kind.is_routine() => after == "(",
        KindTag::Table | KindTag::View => {
            after == "%" || is(&["from", "join", "only", "into", "update", "table", "::", "setof"])
        }
        kind if kind.is_type() => after == "%" || is(&["::", "as"]) || name_of(&all[at.saturating_sub(1)]).is_some(),
        _ => false,
    }
}

/// Puts in front of the statements of a transaction what they need.
pub(super) fn prepared(mut steps: Vec<Step>) -> Vec<Step> {
    if steps.iter().any(|step| step.unchecked.any()) {
        steps.insert(0, Step::safe(UNCHECKED));
    }
    steps
}
