//! What an extension takes along when it moves to another schema: whatever names its types, functions and operator classes
//! says them under their new names then, and is not another for it.

use crate::kind::{KindTag, Object};
use crate::schema::{DEFAULT_NAMESPACE, Schema};
use crate::sql::{Expr, name_of, tokens_of};

/// The schema once extensions have moved, if any does: what is declared the same but for where they are.
pub(super) fn taken_along(current: &Schema, desired: &Schema) -> Option<Schema> {
    let moved =
        desired.of_kind(KindTag::Extension).filter_map(|(id, entry)| match (current.object(id), &entry.object) {
            (Some(Object::Extension(from)), Object::Extension(to)) if from.schema != to.schema => {
                Some([&from.schema, &to.schema].map(|schema| schema.as_deref().unwrap_or(DEFAULT_NAMESPACE)))
            }
            _ => None,
        });
    let schemas: Vec<&str> = moved.flatten().collect();
    if schemas.is_empty() {
        return None;
    }
    let mut after = current.clone();
    for (id, entry) in desired.iter().filter(|(id, _)| id.kind != KindTag::Extension) {
        let Some(live) = after.get_mut(id).filter(|live| live.object != entry.object) else { continue };
        if wherever(&live.object, &schemas) == wherever(&entry.object, &schemas) {
            live.object.clone_from(&entry.object);
        } else {
            follow(&mut live.object, &entry.object, &schemas);
        }
    }
    Some(after)
}

/// Lets what an object names go along where that is all that differs of it.
fn follow(live: &mut Object, wish: &Object, schemas: &[&str]) {
    let mut wish = wish.clone();
    let (mut types, mut names) = (Vec::new(), Vec::new());
    wish.each_type(&mut |name| noted(name, &mut types));
    wish.each_name(&mut |name| noted(name, &mut names));
    let texts: Vec<Expr> = wish.texts_mut().into_iter().map(|text| text.clone()).collect();
    let (mut types, mut names) = (types.iter(), names.iter());
    let same = |name: &str, wish: Option<&String>| {
        let wish = wish.filter(|wish| bare(wish, schemas) == bare(name, schemas));
        wish.map_or_else(|| name.to_owned(), Clone::clone)
    };
    live.each_type(&mut |name| same(name, types.next()));
    live.each_name(&mut |name| same(name, names.next()));
    for (text, wish) in live.texts_mut().into_iter().zip(texts) {
        if bare(text.as_str(), schemas) == bare(wish.as_str(), schemas) {
            *text = wish;
        }
    }
}

fn noted(name: &str, all: &mut Vec<String>) -> String {
    all.push(name.to_owned());
    name.to_owned()
}

/// Says whether two objects are the same but for where an extension has what they name.
pub(crate) fn is_same_wherever(one: &Object, other: &Object, schemas: &[&str]) -> bool {
    wherever(one, schemas) == wherever(other, schemas)
}

/// An object without the schemas that an extension leaves or comes to, where it names something in them.
fn wherever(object: &Object, schemas: &[&str]) -> Object {
    let mut object = object.clone();
    object.each_type(&mut |name| bare(name, schemas));
    object.each_name(&mut |name| bare(name, schemas));
    for text in object.texts_mut() {
        *text = Expr::from(bare(text.as_str(), schemas));
    }
    object
}

fn bare(text: &str, schemas: &[&str]) -> String {
    let Ok(all) = tokens_of(text) else { return text.to_owned() };
    let dot = |at: usize| all.get(at).is_some_and(|token| token.text == ".");
    let leads = |at: usize| dot(at + 1) && name_of(&all[at]).is_some_and(|name| schemas.contains(&name.as_ref()));
    let qualifies = |at: usize| leads(at) || (dot(at) && at.checked_sub(1).is_some_and(leads));
    (0..all.len()).filter(|at| !qualifies(*at)).map(|at| all[at].text).collect::<Vec<_>>().join(" ")
}
