//! What to do first where operations wait for each other in a ring.
//!
//! A text names more than it needs: `SELECT o.state FROM state.comment o` holds the name of a column, of a namespace and
//! perhaps of some other view. Such names order a plan as long as they close no ring; in a ring only those count that
//! cannot mean anything else.

use std::collections::{HashMap, HashSet};

use super::order::Operation;
use crate::kind::{KindTag, Object};
use crate::plan::Context;
use crate::plan::aside::Way;
use crate::schema::{DEFAULT_NAMESPACE, Id, Schema};
use crate::sql::{Expr, Token, is_before_relation, meant_name, name_of, names_and_calls_in, regclass, tokens_of};

/// What is known of the pairs (before, after) of a plan: whether the one waits for the other for certain.
#[derive(Default)]
pub(super) struct Rings {
    sure: HashMap<(usize, usize), bool>,
}

impl Rings {
    /// Those of the operations left that wait for nothing that is left, as far as is certain.
    pub(super) fn free(
        &mut self,
        left: &HashSet<usize>,
        followers: &[Vec<usize>],
        ops: &[Operation],
        cx: &Context<'_>,
    ) -> Vec<usize> {
        let mut waits: HashSet<usize> = HashSet::new();
        for &before in left {
            for &after in followers[before].iter().filter(|after| left.contains(after)) {
                let known = self.sure.entry((before, after));
                if *known.or_insert_with(|| is_sure(&ops[before], &ops[after], cx)) {
                    waits.insert(after);
                }
            }
        }
        left.iter().copied().filter(|at| !waits.contains(at)).collect()
    }
}

/// Whether an operation waits for itself, by way of others that are left.
pub(super) fn is_in_ring(at: usize, left: &HashSet<usize>, followers: &[Vec<usize>]) -> bool {
    let (mut todo, mut seen) = (vec![at], HashSet::new());
    while let Some(next) = todo.pop() {
        for follower in followers[next].iter().filter(|follower| left.contains(follower)) {
            if *follower == at {
                return true;
            }
            if seen.insert(*follower) {
                todo.push(*follower);
            }
        }
    }
    false
}

/// Whether one operation has to come before the other for a reason that is more than a name in a text.
fn is_sure(before: &Operation, after: &Operation, cx: &Context<'_>) -> bool {
    let children = |id: &Id| cx.current.children(id).map(|(child, _)| child.clone()).collect::<Vec<_>>();
    let mut leaning = Vec::new();
    // What goes waits for what it was, not for what it is to be when it comes back.
    if after.way != Way::Drop {
        leaning.push((cx.desired, after.id.clone(), &before.id));
    }
    if before.way == Way::Drop && before.id.kind.owns() {
        leaning.extend(children(&before.id).into_iter().map(|child| (cx.current, child, &after.id)));
    }
    leaning.push((cx.current, before.id.clone(), &after.id));
    let needs = |(schema, id, other): &&(&Schema, Id, &Id)| {
        schema.object(id).is_some_and(|object| object.depends_on(id, schema).contains(other))
    };
    let mut said = leaning.iter().filter(needs).peekable();
    let (freed, taken) = (cx.current.names_of(&before.id), cx.desired.names_of(&after.id));
    let takes = before.way == Way::Drop && taken.iter().any(|id| freed.iter().any(|freed| id.takes_name_of(freed)));
    takes || said.peek().is_none() || said.any(|(schema, id, other)| needs_surely(schema, id, other))
}

/// Whether an object needs another for what it is, or for a name that means nothing else.
fn needs_surely(schema: &Schema, id: &Id, other: &Id) -> bool {
    let Some(object) = schema.object(id) else { return false };
    // A table is made with its columns and keys, and needs what they do.
    let own = schema.children(id).filter(|(child, entry)| id.kind.owns() && entry.object.clause(child).is_some());
    if own.map(|(child, _)| child.clone()).collect::<Vec<_>>().iter().any(|child| needs_surely(schema, child, other)) {
        return true;
    }
    let mut plain = object.clone();
    let mut texts: Vec<String> = Vec::new();
    let mut types: Vec<String> = Vec::new();
    for text in plain.texts_mut() {
        texts.push(std::mem::replace(text, Expr::from("")).as_str().to_owned());
    }
    if let Object::Function(function) = &mut plain {
        texts.push(std::mem::take(&mut function.body));
    }
    plain.each_type(&mut |name| {
        types.push(name.to_owned());
        String::new()
    });
    let nothing = Schema::default();
    let around = if id.kind == KindTag::Table { &nothing } else { schema };
    if plain.depends_on(id, around).contains(other) {
        return true;
    }
    if let (KindTag::Column, Some(table)) = (other.kind, other.table()) {
        let own = id.table().is_some_and(|own| own == table);
        let named = texts.iter().any(|text| names_and_calls_in(text).iter().any(|(name, _)| *name == other.name));
        return named && (own || texts.iter().any(|text| means(text, &table, false)));
    }
    texts.iter().any(|text| means(text, other, false)) || types.iter().any(|text| means(text, other, true))
}

/// Whether a text names an object where nothing else can be meant; in a type every name is one of a type.
fn means(text: &str, other: &Id, is_type: bool) -> bool {
    let all = tokens_of(text).unwrap_or_default();
    let relation = |at: usize| regclass(&all, at).is_some_and(|name| means(&name, other, true));
    (0..all.len()).any(|at| relation(at) || stands_at(&all, at, other, is_type))
}

fn stands_at(all: &[Token<'_>], at: usize, other: &Id, is_type: bool) -> bool {
    if meant_name(all, at).is_none_or(|name| *name != other.name) {
        return false;
    }
    let text = |at: Option<usize>| at.and_then(|at| all.get(at)).map_or("", |token| token.text);
    let (before, after) = (text(at.checked_sub(1)), text(Some(at + 1)));
    if other.kind == KindTag::Namespace {
        return after == ".";
    }
    if other.kind.is_routine() != (after == "(") && (other.kind.is_routine() || !is_type) {
        return false;
    }
    if before == "." {
        let qualifier = at.checked_sub(2).and_then(|at| name_of(&all[at]));
        return qualifier.is_some_and(|name| *name == other.namespace);
    }
    let is = |words: &[&str]| words.iter().any(|word| before.eq_ignore_ascii_case(word));
    let stands = match other.kind {
        _ if is_type || other.kind.is_routine() => true,
        kind if kind.owns() => is_before_relation(before) || is(&["::"]),
        _ => is(&["::", "as"]),
    };
    other.namespace == DEFAULT_NAMESPACE && after != "." && stands
}
