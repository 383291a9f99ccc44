//! Functions of one name of which one goes and another one comes: while both are there, a call could mean either, and what
//! calls the old one in the same words holds on to it.

use super::{Function, defaults_that_call};
use crate::kind::{ArgumentMode, Column, Object};
use crate::plan::Context;
use crate::schema::{Id, Schema};

impl Function {
    /// How many arguments a call gives, at least and at most.
    fn arity(&self) -> (usize, usize) {
        let inputs = self.arguments.iter().filter(|argument| argument.mode != ArgumentMode::Out);
        let (mut least, mut most) = (0, 0_usize);
        for argument in inputs {
            match argument.mode {
                ArgumentMode::Variadic => most = usize::MAX,
                _ => most = most.saturating_add(1),
            }
            least += usize::from(argument.default.is_none() && argument.mode != ArgumentMode::Variadic);
        }
        (least, most)
    }
}

fn function<'a>(schema: &'a Schema, id: &Id) -> Option<&'a Function> {
    match schema.object(id) {
        Some(Object::Function(function)) => Some(function),
        _ => None,
    }
}

/// Says, of a function that goes and one that comes, whether some call fits both; and if so, whether by the number of its
/// arguments alone the server could not tell them apart.
fn ambiguity(old: &Id, new: &Id, current: &Schema, desired: &Schema) -> Option<bool> {
    let named = (&old.namespace, &old.name) == (&new.namespace, &new.name);
    if !named || current.contains(new) || desired.contains(old) {
        return None;
    }
    let (from, to) = (function(current, old)?.arity(), function(desired, new)?.arity());
    (from.0 <= to.1 && to.0 <= from.1).then_some(from != to)
}

/// Says whether an object that calls a function that goes has to let go of it before another one of that name comes.
pub(crate) fn lets_go(dependent: &Id, old: &Id, current: &Schema, desired: &Schema) -> bool {
    if function(current, old).is_none() {
        return false;
    }
    if desired.contains(old) {
        // One that is made anew takes the defaults that call it along.
        let calls = |schema: &Schema| match schema.object(dependent) {
            Some(Object::Column(Column { default: Some(default), .. })) => default.mentions(&old.name),
            _ => false,
        };
        return calls(current) && calls(desired);
    }
    // What calls none of that name any more has let go when it becomes what it is to be.
    let heir = |need: &Id| (need.kind, &need.namespace, &need.name) == (old.kind, &old.namespace, &old.name);
    let calls = |object: &Object| object.depends_on(dependent, desired).iter().any(heir);
    if !desired.object(dependent).is_some_and(calls) {
        return false;
    }
    let same = || current.object(dependent) == desired.object(dependent);
    let heirs = desired.of_kind(old.kind).filter_map(|(new, _)| ambiguity(old, new, current, desired));
    heirs.into_iter().any(|ambiguous| ambiguous || same())
}

/// The same of a column whose default calls one on either side, `id` being the one that goes or the one that comes.
pub(super) fn takes_default(id: &Id, same: bool, current: &Schema, desired: &Schema) -> bool {
    let comes = desired.contains(id);
    let others = if comes { current } else { desired };
    others.of_kind(id.kind).any(|(other, _)| {
        let (old, new) = if comes { (other, id) } else { (id, other) };
        ambiguity(old, new, current, desired).is_some_and(|ambiguous| if comes { same } else { ambiguous || same })
    })
}

/// Says whether a function has to be gone before another one of its name comes.
pub(crate) fn goes_first(old: &Id, new: &Id, cx: &Context<'_>) -> bool {
    let Some(ambiguous) = ambiguity(old, new, cx.current, cx.desired) else { return false };
    let holds = |id: &Id| cx.current.object(id).is_some_and(|object| object.depends_on(id, cx.current).contains(old));
    ambiguous || !defaults_that_call(old, cx.current, cx).is_empty() || cx.aside.iter().any(holds)
}
